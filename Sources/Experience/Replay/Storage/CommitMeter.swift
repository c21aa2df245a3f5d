import Numbers

/// How storing goes: commits, trajectories in them, and how long trajectories wait for theirs.
public struct CommitMeter: Sendable, Equatable {
    public private(set) var commits = 0
    /// Of each trajectory, in microseconds.
    private var waits = Histogram(precision: 5)

    public init() {}

    public var trajectories: Int { waits.count }

    /// The longest wait.
    public var longest: Duration { .microseconds(waits.maximum) }

    /// - Parameter waits: of each trajectory of one commit, from its arrival until it was on disk.
    mutating func add(_ waits: some Collection<Duration>) {
        commits += 1
        for wait in waits { self.waits.add(max(0, Int(wait / .microseconds(1)))) }
    }

    /// The wait that a `fraction` of the trajectories did not exceed, to about three percent; zero where there were none.
    public func wait(_ fraction: Double) -> Duration { .microseconds(waits.quantile(fraction)) }
}
