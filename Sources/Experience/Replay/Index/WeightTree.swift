/// Non-negative integer weights in numbered slots, from which one is found by its share of the sum: a Fenwick tree.
/// All operations take O(log n).
struct WeightTree: Sendable {
    private(set) var total = 0
    private var weights: [Int]
    /// `sums[i]` is the sum of the `i & -i` weights before slot i (slots from 0, sums from 1).
    private var sums: [Int]

    /// - Parameter capacity: number of slots, a power of two.
    init(capacity: Int) {
        precondition(capacity > 0 && capacity & (capacity - 1) == 0, "\(capacity) slots are not a power of two")
        weights = [Int](repeating: 0, count: capacity)
        sums = [Int](repeating: 0, count: capacity + 1)
    }

    func weight(_ slot: Int) -> Int { weights[slot] }

    mutating func set(_ slot: Int, to weight: Int) {
        let change = weight - weights[slot]
        guard change != 0 else { return }
        weights[slot] = weight
        total += change
        var position = slot + 1
        while position < sums.count {
            sums[position] += change
            position += position & -position
        }
    }

    /// Sum of the weights of the slots before `slot`.
    func sum(before slot: Int) -> Int {
        var position = slot
        var sum = 0
        while position > 0 {
            sum += sums[position]
            position -= position & -position
        }
        return sum
    }

    /// The slot in which the running sum passes `target` (0 ≤ target < total), and how far into its weight that is.
    func find(_ target: Int) -> (slot: Int, offset: Int) {
        precondition(target >= 0 && target < total, "\(target) of a total weight of \(total)")
        var position = 0
        var rest = target
        var step = weights.count
        while step > 0 {
            if position + step < sums.count, sums[position + step] <= rest {
                position += step
                rest -= sums[position]
            }
            step /= 2
        }
        return (position, rest)
    }
}
