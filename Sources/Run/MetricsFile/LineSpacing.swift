/// Which lines of a long history stay: counts all of them first, and is then asked about each, in the same order.
struct LineSpacing {
    /// Kinds that are few, and of which each line counts.
    private static let precious: Set = ["evaluation", "evaluator", "start"]
    /// Seconds without a line that count at most: a pause of the run is no reason for a hole.
    private static let longestGap = 120.0

    private struct Kind {
        var lines = 0
        var first = 0.0, last = 0.0
        /// When the next line that stays may come.
        var next = 0.0

        /// Twice what it is now, on average.
        var distance: Double { 2 * (last - first) / Double(max(1, lines)) }
    }

    private var kinds: [String: Kind] = [:]
    /// Seconds for which the run has worked so far.
    private var clock = 0.0
    private var time: Double?

    mutating func count(_ line: MetricsLine) {
        advance(to: line.time)
        var kind = kinds[line.kind] ?? Kind(first: clock)
        kind.lines += 1
        kind.last = clock
        kinds[line.kind] = kind
    }

    /// From now on lines are asked about.
    mutating func begin() {
        (clock, time) = (0, nil)
    }

    mutating func keeps(_ line: MetricsLine) -> Bool {
        advance(to: line.time)
        guard !Self.precious.contains(line.kind), let kind = kinds[line.kind] else { return true }
        guard clock >= kind.next else { return false }
        kinds[line.kind]?.next = clock + kind.distance
        return true
    }

    private mutating func advance(to time: Double?) {
        guard let time else { return }
        clock += min(max(0, time - (self.time ?? time)), Self.longestGap)
        self.time = time
    }
}
