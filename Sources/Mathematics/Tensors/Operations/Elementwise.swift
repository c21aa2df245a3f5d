import Glibc

// What is computed of values without gradients: weights of losses, targets, masks.

extension Tape {
    /// `value` in every row [rows, 1].
    public func filled(_ rows: Int, _ value: Float) -> Tensor {
        let filled = tensor(rows)
        compute { filled.fill(value) }
        return filled
    }

    /// x · factor.
    public func scaled(_ x: Tensor, by factor: Float) -> Tensor { mapped(x) { $0 * factor } }

    /// x / divisor.
    public func divided(_ x: Tensor, by divisor: Float) -> Tensor { mapped(x) { $0 / divisor } }

    /// x + y.
    public func sum(_ x: Tensor, _ y: Tensor) -> Tensor { mapped(x, y) { $0 + $1 } }

    /// x − y.
    public func difference(_ x: Tensor, _ y: Tensor) -> Tensor { mapped(x, y) { $0 - $1 } }

    private func mapped(_ x: Tensor, _ body: (Float) -> Float) -> Tensor {
        let y = tensor(x.rows, x.columns)
        let (from, to) = (x.data, y.data)
        compute { for index in 0..<x.count { to[index] = body(from[index]) } }
        return y
    }

    private func mapped(_ x: Tensor, _ y: Tensor, _ body: (Float, Float) -> Float) -> Tensor {
        precondition(
            x.rows == y.rows && x.columns == y.columns, "[\(x.rows), \(x.columns)] beside [\(y.rows), \(y.columns)]")
        let z = tensor(x.rows, x.columns)
        let (first, second, to) = (x.data, y.data, z.data)
        compute { for index in 0..<x.count { to[index] = body(first[index], second[index]) } }
        return z
    }

    /// 1 where a flag is not set, 0 where it is [flags, 1].
    public func complement(_ flags: Bytes) -> Tensor {
        let complement = tensor(flags.count)
        let (from, to) = (flags.data, complement.data)
        compute { for index in 0..<flags.count { to[index] = from[index] == 0 ? 1 : 0 } }
        return complement
    }

    /// The rows of `x` with zeros in those whose flag is set, and in the first `leading`.
    public func masked(_ x: Tensor, where flags: Bytes, leading: Int = 0) -> Tensor {
        precondition(flags.count == x.rows, "\(flags.count) flags for \(x.rows) rows")
        let masked = tensor(x.rows, x.columns)
        compute {
            masked.copy(from: x)
            for row in 0..<x.rows where row < leading || flags.data[row] != 0 { masked.slice(row..<row + 1).fill(0) }
        }
        return masked
    }

    /// sign(x) ln(1 + |x|), under which numbers of any size are near each other.
    public func symlog(_ x: Tensor) -> Tensor { mapped(x) { ($0 < 0 ? -1 : 1) * log1p(abs($0)) } }
}
