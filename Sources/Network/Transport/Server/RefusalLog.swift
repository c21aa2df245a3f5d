import NIOCore

/// Keeps strangers from filling the log: one line per interval, with the number of those left out before it.
struct RefusalLog {
    let interval: TimeAmount
    private var last: NIODeadline?
    private var suppressed = 0

    init(interval: TimeAmount = .seconds(10)) {
        self.interval = interval
    }

    /// Number of lines left out since the last one; nil where this one is to be left out, too.
    mutating func admit(now: NIODeadline) -> Int? {
        if let last, now - last < interval {
            suppressed += 1
            return nil
        }
        defer { suppressed = 0 }
        last = now
        return suppressed
    }
}
