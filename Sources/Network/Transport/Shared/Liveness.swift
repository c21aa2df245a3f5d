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
    private var asked: NIODeadline?
    /// Seconds from the last heartbeat that was answered to its answer.
    private(set) var latency: Double?

    init(interval: TimeAmount, now: NIODeadline) {
        self.interval = interval
        lastHeard = now
    }

    mutating func heard(now: NIODeadline) {
        lastHeard = now
    }

    /// The peer has answered, with what was heard last. An answer to what was not asked says nothing.
    mutating func answered(_ reply: Heartbeat) {
        guard let asked, reply.nanoseconds == asked.uptimeNanoseconds else { return }
        latency = Double((lastHeard - asked).nanoseconds) / 1e9
        self.asked = nil
    }

    /// What to do now, one interval after the last time.
    mutating func tick(now: NIODeadline) -> Verdict {
        guard now - lastHeard <= interval * Self.intervals else { return .giveUp }
        asked = now
        return .ask(Heartbeat(nanoseconds: now.uptimeNanoseconds))
    }
}
