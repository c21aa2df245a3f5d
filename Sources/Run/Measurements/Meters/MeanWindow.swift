/// The mean of the last `capacity` values: the recent return, for example.
public struct MeanWindow: Sendable, Equatable {
    public let capacity: Int
    /// A ring once it is full; `next` is then the oldest.
    private var values: [Double] = []
    private var next = 0

    public init(capacity: Int) {
        precondition(capacity > 0, "a window of \(capacity) values has no mean")
        self.capacity = capacity
    }

    public var count: Int { values.count }

    /// nil before the first value. Summed afresh, so that rounding does not gather over a long run.
    public var mean: Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }

    public mutating func add(_ value: Double) {
        if values.count < capacity {
            values.append(value)
        } else {
            values[next] = value
            next = (next + 1) % capacity
        }
    }
}
