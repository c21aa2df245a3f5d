import CKernels

extension Tape {
    /// How much the directions of the rows of `x` differ: each row is divided by its Euclidean norm, each channel's
    /// standard deviation is taken over the rows, and their mean over the channels is returned.
    ///
    /// It is 0 where all rows point the same way and at most 1/√channels, which rows that point everywhere come near.
    public func normalizedDeviation(_ x: Tensor) -> Float {
        guard computes else { return 0 }
        let mark = scratch.mark
        defer { scratch.rewind(to: mark) }
        let (sums, squares) = (scratch.allocate(Double.self, x.columns), scratch.allocate(Double.self, x.columns))
        sums.update(repeating: 0, count: x.columns)
        squares.update(repeating: 0, count: x.columns)
        for row in 0..<x.rows {
            let values = x.data + row * x.columns
            var norm = 0.0
            dk_sum_squares(x.columns, values, &norm)
            // A row of zeros has no direction; it counts as it is.
            let scale = norm == 0 ? 0 : 1 / norm.squareRoot()
            for column in 0..<x.columns {
                let value = Double(values[column]) * scale
                sums[column] += value
                squares[column] += value * value
            }
        }
        var deviation = 0.0
        for column in 0..<x.columns {
            let mean = sums[column] / Double(x.rows)
            // Rounding can make the variance of equal rows a little negative.
            deviation += max(0, squares[column] / Double(x.rows) - mean * mean).squareRoot()
        }
        return Float(deviation / Double(x.columns))
    }
}
