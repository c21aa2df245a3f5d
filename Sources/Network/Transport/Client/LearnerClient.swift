import Logging
import NIOCore
import NIOPosix
import Threads
import Wire

/// The actor's side of the protocol: finds the learner, and finds it again; keeps every trajectory until it is
/// acknowledged; holds the newest weights.
///
/// `run` keeps the connection. Threads of environments use `submit`, `latestWeights`, `waitForWeights` and `report`.
public final class LearnerClient: Sendable {
    let configuration: Configuration
    let logger: Logger
    let onEvent: @Sendable (Event) -> Void
    let loop: any EventLoop
    let shared: Monitor<ClientState>

    /// - Parameter onEvent: called on the client's event loop; must return at once.
    public init(
        configuration: Configuration, logger: Logger,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        onEvent: @escaping @Sendable (Event) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.logger = logger
        self.onEvent = onEvent
        loop = group.next()
        shared = Monitor(ClientState(outboxBytes: configuration.outboxBytes))
    }

    // MARK: Life

    /// Connects and stays connected until `finish` or `stop` is called or the task is cancelled; call it once.
    /// - Throws: `TransportError` where trying again would not help.
    public func run() async throws {
        shared.withLock { $0.isRunning = true }
        let error = await withTaskCancellationHandler {
            await stayConnected()
        } onCancel: {
            stop()
        }
        end(error)
        if let error { throw error }
    }

    /// What the learner said when it let this client in for the first time; waits for it.
    /// - Throws: `TransportError` where that will not happen.
    public func welcome() async throws -> Welcome {
        try await withCheckedThrowingContinuation { continuation in
            let answer: Result<Welcome, any Error>? = shared.withLock { shared in
                if let welcome = shared.welcome { return .success(welcome) }
                if case .ended(let error) = shared.phase { return .failure(error ?? .stopped) }
                shared.welcomeWaiters.append(continuation)
                return nil
            }
            if let answer { continuation.resume(with: answer) }
        }
    }

    /// Accepts no more trajectories, hands over what there is, says goodbye; gives up after `timeout`.
    /// - Returns: the number of trajectories that were not acknowledged.
    @discardableResult
    public func finish(timeout: Duration) async -> Int {
        let wake = shared.withLock { shared in
            switch shared.phase {
            case .running, .closing: shared.phase = .finishing
            case .finishing, .ended: break
            }
            return shared.wake ?? shared.hurry
        }
        wake?()
        let limit = loop.scheduleTask(in: TimeAmount(timeout)) { self.stop() }
        await ended()
        limit.cancel()
        return shared.withLock { $0.outbox.count }
    }

    /// Ends the connection at once.
    public func stop() {
        let (isRunning, interrupt) = shared.withLock { shared in
            if !shared.isEnded { shared.phase = .ended(nil) }
            return (shared.isRunning, shared.interrupt)
        }
        interrupt?()
        if !isRunning { resumeWaiters(nil) }
    }

    // MARK: End

    private func end(_ error: TransportError?) {
        shared.withLock { shared in
            shared.phase = .ended(error)
            shared.isRunning = false
        }
        resumeWaiters(error)
    }

    private func resumeWaiters(_ error: TransportError?) {
        let (welcomeWaiters, endWaiters) = shared.withLock { shared in
            defer {
                shared.welcomeWaiters = []
                shared.endWaiters = []
            }
            return (shared.welcomeWaiters, shared.endWaiters)
        }
        for waiter in welcomeWaiters { waiter.resume(throwing: error ?? .stopped) }
        for waiter in endWaiters { waiter.resume() }
    }

    /// Returns when `run` has ended, or the client was stopped before it began.
    private func ended() async {
        await withCheckedContinuation { continuation in
            let waits = shared.withLock { shared in
                let waits = shared.isRunning || !shared.isEnded
                if waits { shared.endWaiters.append(continuation) }
                return waits
            }
            if !waits { continuation.resume() }
        }
    }
}
