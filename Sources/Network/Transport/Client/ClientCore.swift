import Logging
import NIOCore
import NIOPosix
import Numbers
import Threads
import Wire

/// One client's connections, one after the other: does what `ReconnectingState` decides. Lives on the client's event loop.
final class ClientCore {
    let configuration: LearnerClient.Configuration
    let shared: Monitor<ClientState>
    let onEvent: @Sendable (LearnerClient.Event) -> Void
    private let logger: Logger
    private let loop: any EventLoop
    private var life: ReconnectingState
    /// Of pauses between attempts: each process draws others.
    private var random: SplitMix64
    private var connection: ClientConnectionHandler?
    private var pause = DeadlineTimer()
    /// What the learner said last.
    private(set) var welcome: Welcome?
    /// How it ended, once it has.
    private var outcome: Result<Void, any Error>?
    private var welcomeWaiters: [EventLoopPromise<Welcome>] = []
    private var endWaiters: [EventLoopPromise<Void>] = []

    init(
        configuration: LearnerClient.Configuration, shared: Monitor<ClientState>, logger: Logger, loop: any EventLoop,
        onEvent: @escaping @Sendable (LearnerClient.Event) -> Void
    ) {
        self.configuration = configuration
        self.shared = shared
        self.logger = logger
        self.loop = loop
        self.onEvent = onEvent
        life = ReconnectingState(configuration)
        random = SplitMix64(seed: configuration.incarnation)
    }

    // MARK: Events of the client

    /// Connects, and stays connected until the returned future says how that ended.
    func run() -> EventLoopFuture<Void> {
        perform(life.start(isDone: isDone))
        return ended()
    }

    /// The threads have handed something in.
    func send() {
        connection?.send()
    }

    func finish() {
        perform(life.finish(isDone: isDone))
        connection?.send()
    }

    func stop() {
        perform(life.stop())
    }

    /// What the learner said when it first let this client in.
    func welcomed() -> EventLoopFuture<Welcome> {
        let promise = loop.makePromise(of: Welcome.self)
        if let welcome {
            promise.succeed(welcome)
        } else if let outcome {
            promise.fail(outcome.error ?? TransportError.stopped)
        } else {
            welcomeWaiters.append(promise)
        }
        return promise.futureResult
    }

    /// Completes when there will be no further connection.
    func ended() -> EventLoopFuture<Void> {
        let promise = loop.makePromise(of: Void.self)
        if let outcome {
            promise.completeWith(outcome)
        } else {
            endWaiters.append(promise)
        }
        return promise.futureResult
    }

    private var isDone: Bool { shared.read { $0.isDone } }

    // MARK: Events of the connection

    /// - Returns: a trajectory that the learner claims to have and that was never submitted.
    func admitted(_ welcome: Welcome) -> UInt64? {
        life.connected()
        guard shared.read({ welcome.storedThrough < $0.outbox.nextSequence }) else { return welcome.storedThrough }
        let settled = shared.withLock { $0.connected(settledThrough: welcome.storedThrough) }
        self.welcome = welcome
        for waiter in welcomeWaiters { waiter.succeed(welcome) }
        welcomeWaiters = []
        onEvent(.connected(welcome))
        // Their acknowledgements were lost with the connection before.
        tellStored(settled)
        return nil
    }

    /// Whether this client is of no use where one of its trajectories is refused.
    var needsAll: Bool { shared.read { $0.needsAll } }

    /// - Returns: a trajectory that was acknowledged without having been sent.
    func settle(_ acknowledgement: Acknowledgement) -> UInt64? {
        let (stored, unknown) = shared.withLock { $0.settle(acknowledgement) }
        if let unknown { return unknown }
        tellStored(stored)
        for refused in acknowledgement.refused {
            onEvent(.refused(sequence: refused.sequence, reason: refused.reason))
        }
        return nil
    }

    private func tellStored(_ entries: some Collection<Outbox.Entry>) {
        guard !entries.isEmpty else { return }
        let now = NIODeadline.now()
        onEvent(.stored(entries.map { Receipt($0, now: now) }))
    }

    func received(_ weights: LearnerClient.ReceivedWeights) {
        shared.withLock { $0.weights = weights }
        onEvent(.weights(version: weights.identity.version))
    }

    func connectionEnded(_ end: ConnectionEnd) {
        connection = nil
        shared.withLock { $0.status.isConnected = false }
        perform(life.connectionEnded(end, isDone: isDone, using: &random))
    }

    // MARK: Actions

    private func perform(_ action: ReconnectingState.Action) {
        switch action {
        case .none: break
        case .connect: connect()
        case .pause(let pause, let reason, let wasConnected): wait(pause, reason, wasConnected: wasConnected)
        case .close: connection?.stop()
        case .end(let error): end(error)
        case .dismiss:
            // In one go: a thread that waits for room must not find some.
            shared.withLock { $0.dismiss() }
            end(nil)
        }
    }

    private func wait(_ duration: Duration, _ reason: String, wasConnected: Bool) {
        let delay = TimeAmount(duration)
        logger.info(
            "no connection to the learner",
            metadata: ["reason": "\(reason)", "again_in_ms": "\(delay.nanoseconds / 1_000_000)"])
        if wasConnected { onEvent(.disconnected(reason)) }
        pause.follow(.now() + delay, on: loop) {
            self.perform(self.life.pauseEnded(isDone: self.isDone))
        }
    }

    private func end(_ error: TransportError?) {
        pause.cancel()
        shared.withLock { $0.phase = .ended(error) }
        let outcome: Result<Void, any Error> = error.map { .failure($0) } ?? .success(())
        self.outcome = outcome
        for waiter in welcomeWaiters { waiter.fail(outcome.error ?? TransportError.stopped) }
        for waiter in endWaiters { waiter.completeWith(outcome) }
        (welcomeWaiters, endWaiters) = ([], [])
    }

    private func connect() {
        pause.cancel()
        let handler = ClientConnectionHandler(core: self)
        connection = handler
        switch configuration.learner {
        case .at(let address): connect(handler, to: address)
        case .lookedUp(_, let find):
            NIOThreadPool.singleton.runIfActive(eventLoop: loop) { find() }
                .assumeIsolated().whenSuccess { self.found($0, for: handler) }
        }
    }

    private func found(_ whereabouts: LearnerWhereabouts, for handler: ClientConnectionHandler) {
        // It may have been stopped meanwhile.
        guard connection === handler else { return }
        switch whereabouts {
        case .at(let address): connect(handler, to: address)
        case .unknown(let reason): handler.failed(.lost(reason))
        case .complete: handler.failed(.dismissed)
        }
    }

    private func connect(_ handler: ClientConnectionHandler, to address: LearnerAddress) {
        let security: ConnectionSecurity?
        do throws(TransportError) {
            security = try configuration.tls.map { files throws(TransportError) in
                try ConnectionSecurity(files, to: address)
            }
        } catch {
            return handler.failed(.insecure(error))
        }
        bootstrap(NIOLoopBound(handler, eventLoop: loop), security).connect(host: address.host, port: address.port)
            .assumeIsolated().whenFailure {
                handler.failed(.lost("\(address) cannot be reached: \(ConnectionFailure.reason($0))"))
            }
    }

    private func bootstrap(
        _ handler: NIOLoopBound<ClientConnectionHandler>, _ security: ConnectionSecurity?
    ) -> ClientBootstrap {
        ClientBootstrap(group: loop)
            .connectTimeout(TimeAmount(configuration.handshakeTimeout))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(.recvAllocator, value: ConnectionOptions.reads)
            .channelOption(.writeBufferWaterMark, value: ConnectionOptions.waterMark)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let security { try pipeline.addHandler(security.handler()) }
                    try pipeline.addHandler(handler.value)
                }
            }
    }

    /// Once it was let in, a client belongs to that run: what it plays fits no other.
    var hello: Hello {
        Hello(
            role: configuration.role, runID: welcome?.runID ?? configuration.runID, token: configuration.token,
            actor: configuration.actor,
            incarnation: configuration.incarnation, host: configuration.hostName,
            process: configuration.process, nextSequence: shared.read { $0.outbox.firstUnacknowledged })
    }
}

extension Result {
    fileprivate var error: Failure? {
        if case .failure(let error) = self { error } else { nil }
    }
}
