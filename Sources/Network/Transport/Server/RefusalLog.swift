import NIOCore

/// Keeps others from filling the log: one line per interval, with the number of those left out before it.
package struct RefusalLog: Sendable {
    private let interval: TimeAmount
    private var last: NIODeadline?
    private var suppressed = 0

    package init(interval: TimeAmount = .seconds(10)) {
        self.interval = interval
    }

    /// Number of lines left out since the last one; nil where this one is to be left out, too.
    package mutating func admit(now: NIODeadline) -> Int? {
        if let last, now - last < interval {
            suppressed += 1
            return nil
        }
        defer { suppressed = 0 }
        last = now
        return suppressed
    }
}
