/// Parameters that lie in one block of memory, and that one optimiser steps where they are trained. Whoever declares
/// parameters names the groups.
public struct ParameterGroup: OptionSet, Sendable, Hashable, BitwiseCopyable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// One of four groups with gradients and moments.
    public static func trained(_ index: Int) -> ParameterGroup { group(index, 0) }

    /// One of four groups that only have values.
    public static func kept(_ index: Int) -> ParameterGroup { group(index, 4) }

    private static func group(_ index: Int, _ firstBit: Int) -> ParameterGroup {
        precondition((0..<4).contains(index), "group \(index) of four")
        return ParameterGroup(rawValue: 1 << (firstBit + index))
    }

    /// Whether an optimiser steps this group.
    public var isTrained: Bool { rawValue & 0x0f != 0 }
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
