import NIOCore
import Wire

/// Whether the peer is still there: asks at every interval, gives up after three without a byte from it.
struct Liveness {
    enum Verdict: Equatable {
        case ask(Heartbeat)
        case giveUp
    }

    static let intervals: Int64 = 3

    let interval: TimeAmount
    private var lastHeard: NIODeadline

    init(interval: TimeAmount, now: NIODeadline) {
        self.interval = interval
        lastHeard = now
    }

    mutating func heard(now: NIODeadline) {
        lastHeard = now
    }

    /// What to do now, one interval after the last time.
    func tick(now: NIODeadline) -> Verdict {
        now - lastHeard > interval * Self.intervals
            ? .giveUp : .ask(Heartbeat(nanoseconds: now.uptimeNanoseconds))
    }
}
