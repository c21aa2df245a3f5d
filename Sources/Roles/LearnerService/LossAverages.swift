/// Means of named values since the last report.
struct LossAverages {
    private var names: [String] = []
    private var sums: [Double] = []
    private(set) var count = 0

    mutating func add(_ values: [(name: String, value: Float)]) {
        if names.isEmpty {
            names = values.map(\.name)
            sums = values.map { _ in 0 }
        }
        for (index, value) in values.enumerated() { sums[index] += Double(value.value) }
        count += 1
    }

    /// The means in the order in which values came, and a fresh start.
    mutating func take() -> [(name: String, value: Double)] {
        defer {
            sums = sums.map { _ in 0 }
            count = 0
        }
        return count == 0 ? [] : zip(names, sums).map { ($0, $1 / Double(count)) }
    }
}
