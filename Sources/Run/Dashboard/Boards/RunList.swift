import Synchronization

/// The runs that are shown: one, where a learner shows its own; those in some folders, which may become more.
package final class RunList: Sendable {
    /// Runs that are shown at most.
    static let maximum = 200

    private let runs: Mutex<[ShownRun]>
    /// Whether a learner shows its own run.
    let isLive: Bool

    package init(_ runs: [ShownRun] = [], isLive: Bool) {
        self.runs = Mutex(runs)
        self.isLive = isLive
    }

    package var all: [ShownRun] { runs.withLock { $0 } }

    /// The number of a run is its place in the list, which it keeps.
    func run(_ number: Int) -> ShownRun? {
        runs.withLock { $0.indices.contains(number) ? $0[number] : nil }
    }

    /// - Returns: false where there are as many as are shown.
    func add(_ run: ShownRun) -> Bool {
        runs.withLock { runs in
            guard runs.count < Self.maximum else { return false }
            runs.append(run)
            return true
        }
    }
}
