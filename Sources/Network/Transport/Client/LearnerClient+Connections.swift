import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Threads
import Wire

extension LearnerClient {
    /// One connection after the other. Returns why there are no more, nil where all is done.
    func stayConnected() async -> TransportError? {
        var backoff = Backoff(first: configuration.firstBackoff, maximum: configuration.maximumBackoff)
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
            let delay = TimeAmount(backoff.next(using: &random))
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
            runID: configuration.runID, token: configuration.token,
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
}

extension ClientState {
    /// Whether to stop connecting, and with which error.
    fileprivate var outcome: (error: TransportError?, Void)? {
        if case .ended(let error) = phase { return (error, ()) }
        return isDone ? (nil, ()) : nil
    }
}
