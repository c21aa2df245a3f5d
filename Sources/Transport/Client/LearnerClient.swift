import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Threads
import TrajectoryCodec
import Wire

/// The actor's side of the protocol: finds the learner, and finds it again; keeps every trajectory until it is
/// acknowledged; holds the newest weights.
///
/// `run` keeps the connection. Threads of environments use `submit`, `latestWeights`, `waitForWeights` and `report`.
public final class LearnerClient: Sendable {
    private let configuration: Configuration
    private let logger: Logger
    private let onEvent: @Sendable (Event) -> Void
    private let loop: any EventLoop
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

    // MARK: Threads

    /// Queues a trajectory for the learner. Blocks the calling thread while the outbox is full.
    /// - Throws: `TransportError` when the client finishes or has ended.
    public func submit(_ trajectory: EncodedTrajectory) throws(TransportError) {
        let payload = ByteBuffer(bytes: trajectory.payload)
        let result: Result<(@Sendable () -> Void)?, TransportError> = shared.wait { shared in
            guard case .running = shared.phase else { return .failure(shared.error) }
            guard shared.hasRoom(for: payload.readableBytes) else { return nil }
            shared.outbox.append(trajectory.header, payload)
            return .success(shared.wake)
        }
        try result.get()?()
    }

    /// Sets the most payload bytes that are kept until they are acknowledged.
    public func setOutbox(bytes: Int) {
        shared.withLock { $0.outbox.capacity = bytes }
    }

    /// Makes `submit` throw `.stopped` from now on, also where it is blocked; `finish` must follow.
    public func stopSubmitting() {
        shared.withLock { shared in
            if case .running = shared.phase { shared.phase = .closing }
        }
    }

    /// Queues what was under way when `submit` was stopped, however full the outbox is.
    public func submitLast(_ trajectory: EncodedTrajectory) {
        let wake: (@Sendable () -> Void)? = shared.withLock { shared in
            guard case .closing = shared.phase else { return nil }
            shared.outbox.append(trajectory.header, ByteBuffer(bytes: trajectory.payload))
            return shared.wake
        }
        wake?()
    }

    /// Whether `submit` still takes anything.
    public var isAccepting: Bool {
        shared.withLock { if case .running = $0.phase { true } else { false } }
    }

    /// The newest weights, if they are others than `known`.
    public func latestWeights(otherThan known: WeightsIdentity?) -> ReceivedWeights? {
        shared.withLock { $0.weights }.flatMap { $0.identity == known ? nil : $0 }
    }

    /// As `latestWeights`, but blocks the calling thread until there are such weights; nil after `timeout` or when the
    /// client accepts no more trajectories.
    public func waitForWeights(otherThan known: WeightsIdentity?, timeout: Duration) -> ReceivedWeights? {
        let deadline = ContinuousClock.now + timeout
        let result: ReceivedWeights?? = shared.wait(until: deadline) { shared in
            guard case .running = shared.phase else { return .some(nil) }
            return shared.weights.flatMap { $0.identity == known ? nil : .some($0) }
        }
        return result ?? nil
    }

    /// Sends a report, or keeps it until there is a connection.
    public func report(_ report: ActorReport) {
        let parts = report.parts
        let wake = shared.withLock { shared in
            for part in parts { shared.add(part) }
            return shared.wake
        }
        wake?()
    }

    public var status: Status {
        shared.withLock { shared in
            var status = shared.status
            status.unacknowledged = shared.outbox.count
            status.unacknowledgedBytes = shared.outbox.bytes
            return status
        }
    }

    // MARK: Connections

    /// One connection after the other. Returns why there are no more, nil where all is done.
    private func stayConnected() async -> TransportError? {
        var backoff = Backoff(
            first: TimeAmount(configuration.firstBackoff), maximum: TimeAmount(configuration.maximumBackoff))
        var random = SystemRandomNumberGenerator()
        while true {
            if let outcome = shared.withLock({ $0.outcome }) { return outcome.error }
            let end = await connect()
            let wasConnected = shared.withLock { shared in
                defer { shared.status.isConnected = false }
                return shared.status.isConnected
            }
            if wasConnected { backoff.reset() }
            let reason: String
            switch end {
            case .finished, .stopped: return nil
            case .dismissed:
                // In one go: a thread that waits for room must not find some.
                shared.withLock { shared in
                    shared.outbox.removeAll()
                    shared.phase = .ended(nil)
                }
                return nil
            case .insecure(let error):
                // What was good enough once may be again: certificates are renewed while a run goes on.
                guard shared.withLock({ $0.welcome != nil }) else { return error }
                reason = "\(error)"
            case .replaced: return .replaced(actor: configuration.actor)
            case .refused(let refusal):
                if refusal.isFinal { return .refused(refusal) }
                reason = refusal.message
            case .lost(let why): reason = why
            }
            let delay = backoff.next(using: &random)
            logger.info(
                "no connection to the learner",
                metadata: [
                    "reason": "\(reason)", "again_in_ms": "\(delay.nanoseconds / 1_000_000)",
                ])
            if wasConnected { onEvent(.disconnected(reason)) }
            await pause(delay)
        }
    }

    /// Connects and returns when that connection has ended.
    private func connect() async -> ConnectionEnd {
        let security: NIOSSLContext?
        do throws(TransportError) {
            security = try configuration.tls.map { files throws(TransportError) in try files.clientContext() }
        } catch {
            return .insecure(error)
        }
        let ended = loop.makePromise(of: ConnectionEnd.self)
        shared.withLock { $0.interrupt = { ended.succeed(.stopped) } }
        let connection = bootstrap(ended, security).connect(host: configuration.host, port: configuration.port)
        connection.whenFailure { [configuration] error in
            ended.succeed(.lost("\(configuration.host):\(configuration.port) cannot be reached: \(error)"))
        }
        // The promise only ever succeeds.
        let end = (try? await ended.futureResult.get()) ?? .stopped
        shared.withLock { shared in
            shared.wake = nil
            shared.interrupt = nil
        }
        return end
    }

    private func bootstrap(
        _ ended: EventLoopPromise<ConnectionEnd>, _ security: NIOSSLContext?
    ) -> ClientBootstrap {
        ClientBootstrap(group: loop)
            .connectTimeout(TimeAmount(configuration.handshakeTimeout))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(.recvAllocator, value: ConnectionOptions.reads)
            .channelOption(.writeBufferWaterMark, value: ConnectionOptions.waterMark)
            .channelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = ClientConnectionHandler(
                        hello: hello, configuration: configuration, shared: shared, ended: ended, onEvent: onEvent)
                    let pipeline = channel.pipeline.syncOperations
                    if let security {
                        try pipeline.addHandler(NIOSSLClientHandler(context: security, serverHostname: serverName))
                    }
                    try pipeline.addHandler(handler)
                    attach(handler)
                }
            }
    }

    /// What the learner's certificate must name; nil for an address, which is compared as such.
    private var serverName: String? {
        (try? SocketAddress(ipAddress: configuration.host, port: 0)) == nil ? configuration.host : nil
    }

    /// Lets threads wake and interrupt the connection that `handler` handles.
    private func attach(_ handler: ClientConnectionHandler) {
        let connection = NIOLoopBound(handler, eventLoop: loop)
        let isEnded = shared.withLock { [loop] shared in
            shared.wake = { loop.execute { connection.value.send() } }
            shared.interrupt = { loop.execute { connection.value.stop() } }
            return shared.isEnded
        }
        if isEnded { handler.stop() }
    }

    private var hello: Hello {
        Hello(
            runID: configuration.runID, token: configuration.token, role: configuration.role,
            actor: configuration.actor, incarnation: configuration.incarnation, host: configuration.hostName,
            process: configuration.process, nextSequence: shared.withLock { $0.outbox.firstUnacknowledged })
    }

    private func pause(_ delay: TimeAmount) async {
        let over = loop.makePromise(of: Void.self)
        let timer = loop.scheduleTask(in: delay) { over.succeed() }
        let isEnded = shared.withLock { shared in
            shared.interrupt = { over.succeed() }
            shared.hurry = shared.interrupt
            return shared.isEnded
        }
        if isEnded { over.succeed() }
        // The promise only ever succeeds.
        _ = try? await over.futureResult.get()
        timer.cancel()
        shared.withLock { shared in
            shared.interrupt = nil
            shared.hurry = nil
        }
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

extension ClientState {
    /// Why nothing is accepted any more.
    fileprivate var error: TransportError {
        if case .ended(let error?) = phase { error } else { .stopped }
    }

    /// Whether to stop connecting, and with which error.
    fileprivate var outcome: (error: TransportError?, Void)? {
        if case .ended(let error) = phase { return (error, ()) }
        return isDone ? (nil, ()) : nil
    }
}

extension ActorReport {
    /// The same in reports of at most `maximumEpisodes` episodes.
    fileprivate var parts: [ActorReport] {
        guard episodes.count > Self.maximumEpisodes else { return [self] }
        return stride(from: 0, to: episodes.count, by: Self.maximumEpisodes).map { start in
            var part = self
            part.episodes = Array(episodes[start..<min(start + Self.maximumEpisodes, episodes.count)])
            return part
        }
    }
}
