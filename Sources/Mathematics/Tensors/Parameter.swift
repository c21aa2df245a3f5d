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

/// A handle on one weight matrix or vector and its gradient. Shapes are known from the declaration on, values once there
/// is a store.
///
/// Weights of products are kept [in, out], so that rows can be looked up by one-hot inputs and a product over
/// concatenated inputs is a sum of products with slices of rows.
public struct Parameter: BitwiseCopyable {
    // Safe: a handle is used only while its declarations or their store exist, which own the block.
    let block: UnsafeMutablePointer<ParameterBlock>
    /// Elements before this one in each array of the block.
    let offset: Int
    public let rows: Int
    public let columns: Int
    public let group: ParameterGroup

    public var value: Tensor { tensor(block.pointee.value) }
    public var gradient: Tensor { tensor(block.pointee.gradient) }
    /// Adam's moving averages of the gradient and of its square.
    var mean: Tensor { tensor(block.pointee.mean) }
    var square: Tensor { tensor(block.pointee.square) }

    /// Its part of one array of its group.
    private func tensor(_ array: UnsafeMutablePointer<Float>?) -> Tensor {
        guard let array else {
            preconditionFailure("a parameter [\(rows), \(columns)] has no room: no store, or its group is not trained")
        }
        return Tensor(array + offset, rows: rows, columns: columns)
    }

    /// The rows that multiply one part of a concatenated input.
    public func slice(_ range: Range<Int>) -> Parameter {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of a parameter of \(rows)")
        return Parameter(
            block: block, offset: offset + range.lowerBound * columns, rows: range.count, columns: columns, group: group
        )
    }
}
