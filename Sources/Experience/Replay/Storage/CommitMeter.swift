/// How storing goes: commits, trajectories in them, and how long trajectories wait for theirs.
///
/// Waiting times are counted in classes, eight to each doubling, so that memory stays the same however long a run is.
public struct CommitMeter: Sendable, Equatable {
    public private(set) var commits = 0
    public private(set) var trajectories = 0
    /// The longest wait.
    public private(set) var longest = Duration.zero
    private var classes = [Int](repeating: 0, count: 8 * 40)

    public init() {}

    /// - Parameter waits: of each trajectory of one commit, from its arrival until it was on disk.
    mutating func add(_ waits: some Collection<Duration>) {
        commits += 1
        trajectories += waits.count
        for wait in waits {
            longest = max(longest, wait)
            classes[Self.number(wait)] += 1
        }
    }

    /// The wait that a `fraction` of the trajectories did not exceed, to about nine percent; zero where there were none.
    public func wait(_ fraction: Double) -> Duration {
        var left = Int((fraction * Double(trajectories)).rounded(.up))
        for (number, count) in classes.enumerated() where count > 0 {
            left -= count
            if left <= 0 { return min(longest, Self.upper(number)) }
        }
        return .zero
    }

    /// Where a class ends: eight steps from one power of two, in microseconds, to the next.
    private static func upper(_ number: Int) -> Duration {
        let (octave, eighth) = number.quotientAndRemainder(dividingBy: 8)
        return .nanoseconds(Int64(1000 * Double(1 << octave) * (1 + Double(eighth) / 8)))
    }

    private static func number(_ wait: Duration) -> Int {
        let microseconds = max(1, Int(wait / .microseconds(1)))
        let octave = Int.bitWidth - 1 - microseconds.leadingZeroBitCount
        let eighth = (8 * (microseconds - (1 << octave))) >> octave
        return min(8 * 40 - 1, 8 * octave + eighth + 1)
    }
}
