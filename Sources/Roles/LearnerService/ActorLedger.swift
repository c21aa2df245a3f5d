import Threads
import Wire

/// What the learner knows of its actors. Used from the event loop and by who reports.
final class ActorLedger: Sendable {
    struct Actor: Sendable {
        var index: UInt32
        var isConnected = true
        var report: ActorReport?
        /// What earlier incarnations had stepped, so that a restart does not count backwards.
        var stepsBefore: UInt64 = 0
        var restarts = 0
        /// Why its last connection ended.
        var lastEnd: String?
        /// Which of all departures its last one was.
        var departure = 0
    }

    struct State: Sendable {
        var actors: [String: Actor] = [:]
        private var joined: UInt32 = 0
        private var departures = 0
        /// Those that have left since the last call of `takeReport`.
        private var newlyGone: Set<String> = []
    }

    /// Names that are kept of actors that have left, in case they come back.
    static let maximumGone = 1024

    /// Characters that are kept of what an actor says when it leaves.
    static let longestReason = 200

    private let state = Monitor(State())

    /// Notes a (re)joining actor and returns its number in the run and how often it was there before.
    func join(_ name: String) -> (index: UInt32, restarts: Int) {
        state.withLock { $0.join(name) }
    }

    /// The name of an actor that is connected, other than `name`.
    func connected(besides name: String) -> String? {
        state.read { $0.actors.first { $0.value.isConnected && $0.key != name }?.key }
    }

    /// The actor of that name, if it is connected.
    func connected(_ name: String) -> Actor? {
        state.read { $0.actors[name].flatMap { $0.isConnected ? $0 : nil } }
    }

    func left(_ name: String, because reason: String) {
        state.withLock { $0.left(name, because: reason) }
    }

    func add(_ report: ActorReport, from name: String) {
        state.withLock { $0.actors[name]?.add(report) }
    }

    var snapshot: State { state.read { $0 } }

    /// The actors that are connected and those that have left since the last call.
    func takeReport() -> State {
        state.withLock { $0.takeReport() }
    }

    /// Waits until no actor is connected, but no longer than `timeout`.
    func waitUntilAllHaveLeft(timeout: Duration) async {
        // Nothing in there throws.
        try? await DedicatedThread.run("last actors", with: state) { state in
            _ = state.wait(until: .now + timeout) { $0.connected.isEmpty ? () : nil }
        }
    }
}

extension ActorLedger.Actor {
    /// Agent steps in this learner's time.
    var steps: UInt64 { Self.sum(stepsBefore, report?.environmentSteps ?? 0) }

    fileprivate mutating func add(_ new: ActorReport) {
        if let report, report.environmentSteps > new.environmentSteps { stepsBefore = steps }
        report = new
    }

    /// Many restarts may claim much.
    private static func sum(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow ? .max : sum
    }
}

extension ActorLedger.State {
    var connected: [ActorLedger.Actor] { actors.values.filter(\.isConnected) }

    fileprivate mutating func join(_ name: String) -> (index: UInt32, restarts: Int) {
        newlyGone.remove(name)
        if var actor = actors[name] {
            actor.isConnected = true
            actor.restarts += 1
            actors[name] = actor
            return (actor.index, actor.restarts)
        }
        defer { joined &+= 1 }
        actors[name] = ActorLedger.Actor(index: joined)
        return (joined, 0)
    }

    fileprivate mutating func left(_ name: String, because reason: String) {
        departures += 1
        actors[name]?.lastEnd = String(reason.prefix(ActorLedger.longestReason))
        actors[name]?.isConnected = false
        actors[name]?.departure = departures
        newlyGone.insert(name)
        forgetOldest()
    }

    private mutating func forgetOldest() {
        let gone = actors.filter { !$0.value.isConnected }
        guard gone.count > ActorLedger.maximumGone,
            let oldest = gone.min(by: { $0.value.departure < $1.value.departure })
        else { return }
        actors[oldest.key] = nil
        newlyGone.remove(oldest.key)
    }

    fileprivate mutating func takeReport() -> Self {
        var report = self
        report.actors = actors.filter { $0.value.isConnected || newlyGone.contains($0.key) }
        newlyGone = []
        return report
    }
}
