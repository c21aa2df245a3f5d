/// Counts whole numbers from 0 in classes whose width grows with them: memory stays the same however many there are, and
/// each number is known up to a share of itself.
///
/// Up to 2ᵖ each number is a class of its own; every doubling from there on has 2ᵖ classes, p being the precision.
/// Precision 0 has the classes 0, 1, 2–3, 4–7 and so on.
package struct Histogram: Sendable, Equatable {
    private let precision: Int
    /// How many numbers each class holds, up to the last that holds any.
    package private(set) var classes: [Int] = []
    package private(set) var count = 0
    package private(set) var maximum = 0

    package init(precision: Int) {
        precondition((0...16).contains(precision), "a precision of \(precision) is not in 0...16")
        self.precision = precision
    }

    package mutating func add(_ number: Int) {
        precondition(number >= 0, "\(number) is negative")
        let index = index(of: number)
        if index >= classes.count { classes += [Int](repeating: 0, count: index + 1 - classes.count) }
        classes[index] += 1
        count += 1
        maximum = max(maximum, number)
    }

    /// Returns the number that a `fraction` of all did not exceed, at most one part in 2ᵖ too high; 0 where there is none.
    package func quantile(_ fraction: Double) -> Int {
        var left = Int((fraction * Double(count)).rounded(.up))
        for (index, held) in classes.enumerated() where held > 0 {
            left -= held
            if left <= 0 { return min(maximum, lowest(of: index + 1) - 1) }
        }
        return maximum
    }

    private func index(of number: Int) -> Int {
        guard number >> precision > 0 else { return number }
        let shift = Int.bitWidth - 1 - number.leadingZeroBitCount - precision
        return shift << precision + number >> shift
    }

    /// Returns the lowest number of a class.
    package func lowest(of index: Int) -> Int {
        guard index >> precision > 0 else { return index }
        let shift = index >> precision - 1
        return (index - shift << precision) << shift
    }
}
