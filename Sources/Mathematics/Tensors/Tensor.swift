/// A row-major matrix of Float32 in memory that somebody else owns: an arena or a parameter store.
///
/// Where the elements lie and of which type they are is known in this module only: others fill a tensor from an array, as
/// bytes or from another tensor, and compute with `Tape`. Everything is a matrix here: images are [N·H·W, C], sequences [T·B, features] in time-major order.
public struct Tensor: BitwiseCopyable {
    private let memory: UnsafeMutablePointer<Float>
    private let lease: Lease
    public let rows: Int
    public let columns: Int

    init(_ memory: UnsafeMutablePointer<Float>, rows: Int, columns: Int, lease: Lease = .endless) {
        self.memory = memory
        self.lease = lease
        self.rows = rows
        self.columns = columns
    }

    /// A tensor in memory that is neither an arena's nor a store's, and that steps only read.
    ///
    /// Safe: whoever calls keeps the memory, which nobody may change, for as long as the value is used.
    package init(borrowing memory: UnsafeMutableBufferPointer<Float>, columns: Int) {
        precondition(memory.count % columns == 0, "\(memory.count) values do not make rows of \(columns)")
        self.init(memory.baseAddress!, rows: memory.count / columns, columns: columns)
    }

    var data: UnsafeMutablePointer<Float> {
        lease.check()
        return memory
    }

    public var count: Int { rows * columns }

    subscript(row: Int, column: Int) -> Float {
        get { data[checked(row, column)] }
        nonmutating set { data[checked(row, column)] = newValue }
    }

    /// Element `index` in row-major order.
    subscript(index: Int) -> Float {
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
        return Tensor(memory + range.lowerBound * columns, rows: range.count, columns: columns, lease: lease)
    }

    /// The same values as a matrix of another width.
    public func reshaped(columns: Int) -> Tensor {
        precondition(count % columns == 0, "\(count) values do not make rows of \(columns)")
        return Tensor(memory, rows: count / columns, columns: columns, lease: lease)
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

    /// Moves towards `other`: momentum · self + (1 − momentum) · other.
    public func move(towards other: Tensor, momentum: Float) {
        precondition(other.count == count, "\(other.count) values beside \(count)")
        let (to, from) = (data, other.data)
        for index in 0..<count { to[index] = momentum * to[index] + (1 - momentum) * from[index] }
    }

    /// The elements as memory to write into: Float32 in the machine's order of bytes.
    public func withMutableBytes<Result>(_ body: (UnsafeMutableRawBufferPointer) throws -> Result) rethrows -> Result {
        // Safe: the pointer has the tensor's size and is only lent to `body`.
        try body(UnsafeMutableRawBufferPointer(start: data, count: count * MemoryLayout<Float>.size))
    }
}
