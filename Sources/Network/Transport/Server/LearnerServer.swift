import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Wire

/// The learner's side of the protocol: accepts actors, hands what they send to an endpoint, sends them weights.
///
/// All connections live on one event loop, which nothing blocks; the methods may be called from any thread. A server can
/// be made before the endpoint that it serves, so that the storage behind that has somebody to report to, and take its address
/// before that changes anything on disk: whoever connects then waits until it starts.
public final class LearnerServer: Sendable {
    private let configuration: Configuration
    private let logger: Logger
    private let loop: any EventLoop
    private let currentThrottle = CurrentThrottle()
    private let identity = Mutex<Identity?>(nil)
    /// Nil before the start.
    private let core: NIOLoopBoundBox<ServerCore?>
    private let listening: NIOLoopBoundBox<(any Channel)?>
    /// For the event loop's next turn.
    private let settlements = Mutex<[Settlement]>([])
    private let encodings = Atomic(0)

    public init(
        configuration: Configuration, logger: Logger,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) {
        self.configuration = configuration
        self.logger = logger
        loop = group.next()
        core = .makeEmptyBox(eventLoop: loop)
        listening = .makeEmptyBox(eventLoop: loop)
    }

    /// Takes the address; call it once, before `start`.
    /// - Throws: `.certificates`, `.addressInUse`, `.cannotListen`.
    public func listen() async throws(TransportError) {
        let security = try configuration.tls.map { files throws(TransportError) in try RenewedSecurity(files) }
        let (listening, logger, loop) = (listening, logger, loop)
        do {
            let channel = try await bootstrap(security).bind(host: configuration.host, port: configuration.port).get()
            try await loop.submit {
                listening.value = channel
                security?.renewRegularly(on: loop, logger)
            }.get()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw .addressInUse(host: configuration.host, port: configuration.port)
        } catch {
            throw .cannotListen(host: configuration.host, port: configuration.port, reason: "\(error)")
        }
    }

    /// Lets actors in; call it once, after `listen`.
    /// - Returns: the address, with the port that was chosen.
    /// - Throws: `.cannotListen` where the server has been stopped.
    public func start(
        as identity: Identity, endpoint: any LearnerEndpoint
    ) async throws(TransportError) -> SocketAddress {
        let descriptors = ConnectionLimits.raiseDescriptors()
        self.identity.withLock { $0 = identity }
        let (core, listening, configuration, logger, currentThrottle) = (
            core, listening, configuration, logger, currentThrottle
        )
        do {
            return try await loop.flatSubmit { [loop] in
                guard let channel = listening.value, let address = channel.localAddress else {
                    return loop.makeFailedFuture(ChannelError.alreadyClosed)
                }
                core.value = ServerCore(
                    configuration: configuration, identity: identity, endpoint: endpoint, throttle: currentThrottle,
                    descriptors: descriptors, logger: logger)
                return channel.setOption(.autoRead, value: true).map { address }
            }.get()
        } catch {
            throw .cannotListen(host: configuration.host, port: configuration.port, reason: "\(error)")
        }
    }

    /// Sends `weights` to all actors, and to those that join later until newer ones are published. Encodes on the
    /// calling thread; the server must have been started.
    public func publish(_ weights: PolicyWeights) {
        guard let identity = identity.withLock({ $0 }) else {
            preconditionFailure("weights are published before the server has started")
        }
        let encoded = EncodedWeights(weights, learnerGeneration: identity.generation)
        encodings.add(1, ordering: .relaxed)
        onCore { $0.publish(encoded) }
    }

    /// How often weights were encoded: once for each version, however many actors there are.
    public var weightsEncodings: Int { encodings.load(ordering: .relaxed) }

    /// Holds actors back as `throttle` says from now on. What it closes is closed when this returns, also where the
    /// endpoint calls it; what it opens follows at once.
    public func throttle(_ throttle: Throttle) {
        currentThrottle.set(throttle)
        onCore { $0.throttleChanged() }
    }

    /// Says what has become of trajectories that the endpoint has received. What comes before the event loop's next turn
    /// is acknowledged together, as it was committed.
    public func settle(_ news: [Settlement]) {
        let isFirst = settlements.withLock { settlements in
            defer { settlements += news }
            return settlements.isEmpty
        }
        guard isFirst, !news.isEmpty else { return }
        let core = core
        loop.execute {
            let gathered = self.takeSettlements()
            core.value?.settle(gathered)
        }
    }

    /// Says the same to all actors that are connected: a message that admitted actors expect, without a payload.
    public func broadcast(_ message: Message) {
        onCore { $0.broadcast(message) }
    }

    /// Takes no new actors and asks the present ones to send no more; what they have sent is still acknowledged.
    public func drain(_ reason: String) {
        onCore { $0.drain(reason) }
    }

    /// The run is complete: the actors that are here are dismissed, and so is whoever comes from now on.
    public func finish(_ message: String) {
        onCore { $0.finish(message) }
    }

    /// Whether an actor that was here has not heard that the run is complete.
    public var isAnybodyAway: Bool {
        get async {
            let core = core
            return (try? await loop.submit { core.value?.isAnybodyAway ?? false }.get()) ?? false
        }
    }

    /// Closes everything, and returns when all connections are gone, which takes some seconds at most. What was not acknowledged, actors will send again to the next learner, unless the reason is
    /// `.finished`: then they are dismissed.
    public func stop(_ reason: Goodbye.Reason = .shutdown, _ message: String = "the learner stops") async {
        let core = core
        let listening = listening
        let closed = loop.flatSubmit { [loop] in
            let closed = listening.value?.close() ?? loop.makeSucceededVoidFuture()
            let gone = core.value?.closeAll(Goodbye(reason, message), on: loop)
            // The endpoint may hold this server.
            (core.value, listening.value) = (nil, nil)
            return closed.flatMapError { _ in loop.makeSucceededVoidFuture() }
                .and(gone ?? loop.makeSucceededVoidFuture()).map { _ in }
        }
        // Closing fails only where the socket is closed already.
        _ = try? await closed.get()
    }

    /// The actors that are connected now, by name.
    public var connections: [ConnectionStatus] {
        get async {
            let core = core
            // A loop that is shut down has no connections.
            return (try? await loop.submit { core.value?.status ?? [] }.get()) ?? []
        }
    }

    private func takeSettlements() -> [Settlement] {
        settlements.withLock { settlements in
            defer { settlements = [] }
            return settlements
        }
    }

    private func bootstrap(_ security: RenewedSecurity?) -> ServerBootstrap {
        let core = core
        return ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 1024)
            // Nobody is accepted before there is somebody to serve them.
            .serverChannelOption(.autoRead, value: false)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .childChannelOption(.recvAllocator, value: ConnectionOptions.reads)
            .childChannelOption(.writeBufferWaterMark, value: ConnectionOptions.waterMark)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let core = core.value else { throw ChannelError.ioOnClosedChannel }
                    let pipeline = channel.pipeline.syncOperations
                    if let security { try pipeline.addHandler(NIOSSLServerHandler(context: security.context)) }
                    try pipeline.addHandler(ServerConnectionHandler(core: core, now: channel.eventLoop.now))
                }
            }
    }

    /// Runs `body` on the event loop, after all that was asked for before; not where the server has not started.
    private func onCore(_ body: @escaping @Sendable (ServerCore) -> Void) {
        let core = core
        loop.execute { core.value.map(body) }
    }
}
