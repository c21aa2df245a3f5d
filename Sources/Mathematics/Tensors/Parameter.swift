/// Which optimiser owns a parameter.
public struct ParameterGroup: OptionSet, Sendable, Hashable, BitwiseCopyable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    public static let model = ParameterGroup(rawValue: 1)
    public static let actor = ParameterGroup(rawValue: 2)
    public static let critic = ParameterGroup(rawValue: 4)
    /// Moving averages of other parameters: never trained.
    public static let slow = ParameterGroup(rawValue: 8)
    /// Running statistics of batch norms: not trained, but part of what acts.
    public static let statistics = ParameterGroup(rawValue: 16)

    /// Whether an optimiser steps this group.
    public var isTrained: Bool { !isDisjoint(with: [.model, .actor, .critic]) }
}

/// A handle on one weight matrix or vector and its gradient, both in a parameter store.
///
/// Weights of products are kept [in, out], so that rows can be looked up by one-hot inputs and a product over
/// concatenated inputs is a sum of products with slices of rows.
public struct Parameter: BitwiseCopyable {
    public let value: Tensor
    public let gradient: Tensor
    public let group: ParameterGroup

    public var rows: Int { value.rows }
    public var columns: Int { value.columns }

    /// The rows that multiply one part of a concatenated input.
    public func slice(_ range: Range<Int>) -> Parameter {
        Parameter(value: value.slice(range), gradient: gradient.slice(range), group: group)
    }
}
