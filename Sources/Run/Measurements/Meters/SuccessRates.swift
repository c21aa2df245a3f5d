import Foundation

/// How often episodes have seen each of a task's achievements.
public struct SuccessRates: Codable, Sendable, Equatable {
    /// Share of the episodes, by name.
    public let shares: [String: Double]

    /// - Parameters:
    ///   - episodes: names of what each has seen.
    ///   - all: names of all achievements.
    /// - Returns: nil for a task without achievements, or for no episodes.
    public init?(_ episodes: [[String]], of all: [String]) {
        guard !episodes.isEmpty, !all.isEmpty else { return nil }
        var counts = Dictionary(uniqueKeysWithValues: all.map { ($0, 0) })
        for name in episodes.joined() { counts[name]? += 1 }
        shares = counts.mapValues { Double($0) / Double(episodes.count) }
    }

    /// The geometric mean of the rates s in per cent, brought to a scale that begins at 0: exp(mean ln(1 + s)) − 1 (Hafner 2021,
    /// Crafter). What is seldom achieved counts as much as what always is.
    public var score: Double {
        let logarithms = shares.values.reduce(0) { $0 + log(1 + 100 * $1) }
        return exp(logarithms / Double(shares.count)) - 1
    }

    /// "collect_wood 0.9, place_table 0.25": those that were seen at all, by name.
    public var text: String {
        shares.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(
            separator: ", ")
    }
}
