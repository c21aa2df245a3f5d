import Threads
import Wire

/// When a client connects, pauses and gives up: events in, actions out; no sockets, no clock and no dice.
struct ReconnectingState: ~Copyable {
    enum Action: Equatable {
        case none
        /// Begin an attempt; call `connected` and `connectionEnded`.
        case connect
        /// Call `pauseEnded` after so long, unless another action comes before.
        case pause(Duration, reason: String, wasConnected: Bool)
        /// End the attempt or connection there is; `connectionEnded` follows.
        case close
        /// There will be no further attempt.
        case end(TransportError?)
        /// The same, because nobody wants any more what has not been handed over.
        case dismiss
    }

    private enum Phase { case idle, connecting, connected, pausing, ended }

    private let actor: String
    private var backoff: Backoff
    private var phase = Phase.idle
    private var wasEverConnected = false
    private var isStopped = false

    init(_ configuration: LearnerClient.Configuration) {
        actor = configuration.actor
        backoff = Backoff(first: configuration.firstBackoff, maximum: configuration.maximumBackoff)
    }

    /// - Parameter isDone: whether nothing is left to hand over.
    mutating func start(isDone: Bool) -> Action {
        // Stopped before it began.
        if phase == .ended { return .none }
        precondition(phase == .idle, "a client is started a second time")
        return isDone ? end(nil) : connect()
    }

    /// The learner has let the client in.
    mutating func connected() {
        precondition(phase == .connecting, "a client is let in that is not connecting")
        phase = .connected
        wasEverConnected = true
        backoff.reset()
    }

    /// The attempt or connection is over.
    /// - Parameter random: draws the pause, so that many clients do not knock at once.
    mutating func connectionEnded(
        _ reason: ConnectionEnd, isDone: Bool, using random: inout some RandomNumberGenerator
    ) -> Action {
        precondition(phase == .connecting || phase == .connected, "a connection ends that was not begun")
        switch reason {
        case .finished, .stopped: return end(nil)
        case .dismissed:
            phase = .ended
            return .dismiss
        case .replaced: return end(.replaced(actor: actor))
        case .trajectoryRefused(let reason): return end(.trajectoryRefused(reason))
        case .configurationChanged: return end(.configurationChanged)
        case .refused(let refusal) where refusal.isFinal: return end(.refused(refusal))
        // What was good enough once may be again: certificates are renewed while a run goes on.
        case .insecure(let error) where !wasEverConnected: return end(error)
        case .refused(let refusal): return pause(refusal.message, isDone: isDone, using: &random)
        case .insecure(let error): return pause("\(error)", isDone: isDone, using: &random)
        case .lost(let why): return pause(why, isDone: isDone, using: &random)
        }
    }

    mutating func pauseEnded(isDone: Bool) -> Action {
        precondition(phase == .pausing, "a pause ends that was not begun")
        return isDone ? end(nil) : connect()
    }

    /// The client accepts nothing new: what is there is to be handed over soon.
    mutating func finish(isDone: Bool) -> Action {
        phase == .pausing ? pauseEnded(isDone: isDone) : .none
    }

    /// The client is to end at once.
    mutating func stop() -> Action {
        isStopped = true
        switch phase {
        case .idle, .pausing: return end(nil)
        case .connecting, .connected: return .close
        case .ended: return .none
        }
    }

    private mutating func connect() -> Action {
        phase = .connecting
        return .connect
    }

    private mutating func pause(
        _ reason: String, isDone: Bool, using random: inout some RandomNumberGenerator
    ) -> Action {
        guard !isStopped, !isDone else { return end(nil) }
        let wasConnected = phase == .connected
        phase = .pausing
        return .pause(backoff.next(using: &random), reason: reason, wasConnected: wasConnected)
    }

    private mutating func end(_ error: TransportError?) -> Action {
        phase = .ended
        return .end(error)
    }
}
