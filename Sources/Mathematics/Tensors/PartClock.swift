import Glibc

/// Charges time to the part of a step that runs: what is measured inside another part counts for the inner one only.
///
/// Parts are numbers, to which whoever measures gives names. Costs one reading of the clock at each change, a few hundred
/// in a step.
public struct PartClock {
    /// What no part is measured for, and the tape's backward pass.
    public static let other = 0
    public static let backward = 1
    /// Parts are less.
    public static let parts = 16

    private var spent = [UInt64](repeating: 0, count: PartClock.parts)
    private var current = PartClock.other
    private var since: UInt64 = now()

    public init() {}

    /// Seconds charged to `part` so far.
    public func seconds(_ part: Int) -> Double { Double(spent[part]) * 1e-9 }

    /// Charges from now on to `part`.
    /// - Returns: what was charged before, to return to.
    mutating func enter(_ part: Int) -> Int {
        let time = Self.now()
        spent[current] += time - since
        since = time
        defer { current = part }
        return current
    }

    /// Starts from zero.
    public mutating func reset() {
        for index in spent.indices { spent[index] = 0 }
        since = Self.now()
    }

    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

extension Tape {
    /// Runs `body` and charges its time and its work to `part`, less than `PartClock.parts`.
    public func measuring<Result>(_ part: Int, _ body: () throws -> Result) rethrows -> Result {
        let (before, charged) = (clock.enter(part), work.charge.part)
        work.charge.part = part
        pool.trace?.part = part
        defer {
            _ = clock.enter(before)
            pool.trace?.part = before
            work.charge.part = charged
        }
        return try body()
    }
}
