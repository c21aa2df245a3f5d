/// A row-major matrix of Float32 in memory that somebody else owns: an arena or a parameter store.
///
/// Everything is a matrix here: images are [N·H·W, C], sequences [T·B, features] in time-major order.
public struct Tensor: BitwiseCopyable {
    package let data: UnsafeMutablePointer<Float>
    public let rows: Int
    public let columns: Int

    package init(_ data: UnsafeMutablePointer<Float>, rows: Int, columns: Int) {
        self.data = data
        self.rows = rows
        self.columns = columns
    }

    public var count: Int { rows * columns }

    public subscript(row: Int, column: Int) -> Float {
        get { data[checked(row, column)] }
        nonmutating set { data[checked(row, column)] = newValue }
    }

    /// Element `index` in row-major order.
    public subscript(index: Int) -> Float {
        get { data[checked(index / columns, index % columns)] }
        nonmutating set { data[checked(index / columns, index % columns)] = newValue }
    }

    private func checked(_ row: Int, _ column: Int) -> Int {
        precondition(
            row >= 0 && row < rows && column >= 0 && column < columns,
            "element [\(row), \(column)] of a tensor [\(rows), \(columns)]")
        return row * columns + column
    }

    /// Rows `range` as a tensor over the same memory.
    public func slice(_ range: Range<Int>) -> Tensor {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of a tensor of \(rows)")
        return Tensor(data + range.lowerBound * columns, rows: range.count, columns: columns)
    }

    /// The same values as a matrix of another width.
    public func reshaped(columns: Int) -> Tensor {
        precondition(count % columns == 0, "\(count) values do not make rows of \(columns)")
        return Tensor(data, rows: count / columns, columns: columns)
    }

    public var array: [Float] { Array(UnsafeBufferPointer(start: data, count: count)) }

    public func copy(from values: [Float]) {
        precondition(values.count == count, "\(values.count) values do not fill a tensor [\(rows), \(columns)]")
        values.withUnsafeBufferPointer { data.update(from: $0.baseAddress!, count: count) }
    }

    public func copy(from other: Tensor) {
        precondition(other.count == count, "\(other.count) values do not fill a tensor [\(rows), \(columns)]")
        data.update(from: other.data, count: count)
    }

    public func fill(_ value: Float) {
        data.update(repeating: value, count: count)
    }

    /// Mean over all elements, summed in double precision.
    public var mean: Float {
        var sum = 0.0
        for index in 0..<count { sum += Double(data[index]) }
        return Float(sum / Double(count))
    }
}
