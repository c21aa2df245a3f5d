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
    let shared: Monitor<ClientState>
    private let loop: any EventLoop
    private let core: NIOLoopBoundBox<ClientCore>

    /// - Parameter onEvent: called on the client's event loop; must return at once.
    public init(
        configuration: Configuration, logger: Logger,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        onEvent: @escaping @Sendable (Event) -> Void = { _ in }
    ) {
        loop = group.next()
        shared = Monitor(
            ClientState(outboxBytes: configuration.outboxBytes, nextSequence: configuration.nextSequence))
        core = .makeBoxSendingValue(
            ClientCore(
                configuration: configuration, shared: shared, logger: logger, loop: loop, onEvent: onEvent),
            eventLoop: loop)
    }

    /// Connects and stays connected until `finish` or `stop` is called or the task is cancelled; call it once.
    /// - Throws: `TransportError` where trying again would not help.
    public func run() async throws {
        let core = core
        try await withTaskCancellationHandler {
            try await loop.flatSubmit { core.value.run() }.get()
        } onCancel: {
            stop()
        }
    }

    /// What the learner said when it let this client in for the first time; waits for it.
    /// - Throws: `TransportError` where that will not happen.
    public func welcome() async throws -> Welcome {
        let core = core
        return try await loop.flatSubmit { core.value.welcomed() }.get()
    }

    /// Accepts no more trajectories, hands over what there is, says goodbye; gives up after `timeout`.
    /// - Returns: the number of trajectories that were not acknowledged.
    @discardableResult
    public func finish(timeout: Duration) async -> Int {
        shared.withLock { $0.finish() }
        let core = core
        let limit = loop.scheduleTask(in: TimeAmount(timeout)) { self.stop() }
        let ended = loop.flatSubmit {
            core.value.finish()
            return core.value.ended()
        }
        // Why the client ended is what `run` throws.
        _ = try? await ended.get()
        limit.cancel()
        return shared.read { $0.outbox.count }
    }

    /// Ends the connection at once.
    public func stop() {
        shared.withLock { $0.stop() }
        onCore { $0.stop() }
    }

    /// Tells the connection that there is something to send.
    func send() {
        onCore { $0.send() }
    }

    private func onCore(_ body: @escaping @Sendable (ClientCore) -> Void) {
        let core = core
        loop.execute { body(core.value) }
    }
}
