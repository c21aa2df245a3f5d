import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Wire

/// The learner's side of the protocol: accepts actors, hands what they send to an endpoint, sends them weights.
///
/// All connections live on one event loop, which nothing blocks; the methods may be called from any thread.
public final class LearnerServer: Sendable {
    private let configuration: Configuration
    private let loop: any EventLoop
    private let core: NIOLoopBoundBox<ServerCore>
    private let listening: NIOLoopBoundBox<(any Channel)?>
    private let encodings = Atomic(0)

    public init(
        configuration: Configuration, endpoint: any LearnerEndpoint, logger: Logger,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) {
        self.configuration = configuration
        loop = group.next()
        core = .makeBoxSendingValue(
            ServerCore(configuration: configuration, endpoint: endpoint, logger: logger), eventLoop: loop)
        listening = .makeEmptyBox(eventLoop: loop)
    }

    /// Listens and returns the address, with the port that was chosen.
    /// - Throws: `.certificates`, `.addressInUse`, `.cannotListen`.
    public func start() async throws(TransportError) -> SocketAddress {
        let security = try configuration.tls.map { files throws(TransportError) in try files.serverContext() }
        do {
            let channel = try await bootstrap(security).bind(host: configuration.host, port: configuration.port).get()
            let listening = listening
            try await loop.submit { listening.value = channel }.get()
            guard let address = channel.localAddress else { throw ChannelError.unknownLocalAddress }
            return address
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw .addressInUse(host: configuration.host, port: configuration.port)
        } catch {
            throw .cannotListen(host: configuration.host, port: configuration.port, reason: "\(error)")
        }
    }

    /// Sends `weights` to all actors, and to those that join later until newer ones are published. Encodes on the
    /// calling thread.
    public func publish(_ weights: PolicyWeights) {
        let encoded = EncodedWeights(weights, learnerGeneration: configuration.generation)
        encodings.add(1, ordering: .relaxed)
        let core = core
        loop.execute { core.value.publish(encoded) }
    }

    /// How often weights were encoded: once for each version, however many actors there are.
    public var weightsEncodings: Int { encodings.load(ordering: .relaxed) }

    /// While closed, actors are granted no credit: they finish what they have credit for, then wait. On opening they get
    /// all that has become free.
    public func setFlow(open: Bool) {
        let core = core
        loop.execute { core.value.setFlow(open: open) }
    }

    /// The endpoint has room again: goes on reading.
    public func resume() {
        let core = core
        loop.execute { core.value.resume() }
    }

    /// Takes no new actors and asks the present ones to send no more; what they have sent is still acknowledged.
    public func drain(_ reason: String) {
        let core = core
        loop.execute { core.value.drain(reason) }
    }

    /// Closes everything. What was not acknowledged, actors will send again to the next learner, unless the reason is
    /// `.finished`: then they are dismissed.
    public func stop(_ reason: Goodbye.Reason = .shutdown, _ message: String = "the learner stops") async {
        let core = core
        let listening = listening
        let closed = loop.flatSubmit { [loop] in
            core.value.closeAll(Goodbye(reason, message))
            defer { listening.value = nil }
            return listening.value?.close() ?? loop.makeSucceededVoidFuture()
        }
        // Closing fails only where the socket is closed already.
        _ = try? await closed.get()
    }

    /// The actors that are connected now, by name.
    public var connections: [ConnectionStatus] {
        get async {
            let core = core
            // A loop that is shut down has no connections.
            return (try? await loop.submit { core.value.status }.get()) ?? []
        }
    }

    private func bootstrap(_ security: NIOSSLContext?) -> ServerBootstrap {
        let core = core
        return ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .childChannelOption(.recvAllocator, value: ConnectionOptions.reads)
            .childChannelOption(.writeBufferWaterMark, value: ConnectionOptions.waterMark)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let security { try pipeline.addHandler(NIOSSLServerHandler(context: security)) }
                    try pipeline.addHandler(ServerConnectionHandler(core: core.value))
                }
            }
    }
}
