import NIOCore
import NIOSSL
import Threads
import TrajectoryCodec
import Wire

/// Performs what `ClientConnectionState` decides for one connection.
final class ClientConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let hello: Hello
    private let shared: Monitor<ClientState>
    private let onEvent: @Sendable (LearnerClient.Event) -> Void
    private let ended: EventLoopPromise<ConnectionEnd>
    private let handshakeTimeout: TimeAmount
    private let isEncrypted: Bool
    private var state: ClientConnectionState
    private var decoder = FrameDecoder(limits: .answers)
    private var liveness: Liveness?
    private var context: ChannelHandlerContext?
    private var timeout: Scheduled<Void>?
    private var ticking: Scheduled<Void>?
    private var end: ConnectionEnd?

    init(
        hello: Hello, configuration: LearnerClient.Configuration, shared: Monitor<ClientState>,
        ended: EventLoopPromise<ConnectionEnd>, onEvent: @escaping @Sendable (LearnerClient.Event) -> Void
    ) {
        self.hello = hello
        self.shared = shared
        self.ended = ended
        self.onEvent = onEvent
        handshakeTimeout = TimeAmount(configuration.handshakeTimeout)
        isEncrypted = configuration.tls != nil
        state = ClientConnectionState(maximumWeights: configuration.maximumWeights)
    }

    // MARK: Channel events

    func channelActive(context: ChannelHandlerContext) {
        guard !state.isClosed else { return context.close(promise: nil) }
        self.context = context
        context.write(.hello(hello))
        context.flush()
        timeout = context.eventLoop.assumeIsolated().scheduleTask(in: handshakeTimeout) {
            self.close(.lost("the learner did not answer in time"), nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        liveness?.heard(now: .now())
        decoder.append(unwrapInboundIn(data))
        do throws(WireError) {
            while !state.isClosed, let frame = try decoder.next() {
                perform(state.received(try Message(frame), payload: frame.payload))
                decoder.continued = state.weights.takeRoom()
            }
            decoder.makeRoom()
        } catch {
            perform(state.received(error))
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        send()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let reason = TLSFailure.reason(error) else {
            // A connection that ends without a farewell is lost, encrypted or not.
            return close(error is NIOSSLError ? .lost(lostReason) : .lost("\(error)"), nil)
        }
        close(TLSFailure.isFinal(reason) ? .insecure(.distrusted(reason)) : .lost(reason), nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        timeout?.cancel()
        ticking?.cancel()
        state.close()
        ended.succeed(end ?? .lost(lostReason))
    }

    /// A learner that refuses a certificate may close before its reason arrives.
    private var lostReason: String {
        isEncrypted && !state.wasAdmitted
            ? "the learner closed the connection without an answer; does it trust this side's certificate?"
            : "the connection was lost"
    }

    // MARK: What the client asks for

    /// Sends what there is, as far as credit and the connection allow; says goodbye when all is done.
    func send() {
        guard let context, state.isAdmitted else { return }
        sendReports(context)
        while state.maySend, context.channel.isWritable, let entry = nextEntry() {
            context.write(
                .trajectory(TrajectoryMessage(sequence: entry.sequence, header: entry.trajectory.header)),
                payload: entry.trajectory.payload)
            context.flush()
        }
        if shared.withLock({ $0.isDone }) {
            sayGoodbye(context)
        }
    }

    /// Closes at once.
    func stop() {
        close(.stopped, state.isAdmitted ? Goodbye(.shutdown, "the actor stops") : nil)
    }

    // MARK: Actions

    private func perform(_ action: ClientConnectionState.Action) {
        switch action {
        case .none: break
        case .admitted(let welcome): admitted(welcome)
        case .send: send()
        case .settle(let acknowledgement): settle(acknowledgement)
        case .received(let weights): received(weights)
        case .answer(let heartbeat): context?.write(.heartbeat(heartbeat))
        case .draining(let reason): onEvent(.draining(reason))
        case .close(let end, let goodbye): close(end, goodbye)
        }
    }

    private func admitted(_ welcome: Welcome) {
        timeout?.cancel()
        decoder.limits = .fromLearner
        liveness = Liveness(interval: .milliseconds(Int64(max(welcome.heartbeatMilliseconds, 10))), now: .now())
        tickLater()
        let (settled, waiters) = shared.withLock { shared in
            let settled = shared.outbox.restart(settledThrough: welcome.storedThrough)
            if shared.welcome != nil { shared.status.reconnects += 1 }
            shared.status.isConnected = true
            shared.welcome = welcome
            defer { shared.welcomeWaiters = [] }
            return (settled, shared.welcomeWaiters)
        }
        for waiter in waiters { waiter.resume(returning: welcome) }
        onEvent(.connected(welcome))
        // Their acknowledgements were lost with the connection before.
        tellStored(settled)
        send()
    }

    private func nextEntry() -> Outbox.Entry? {
        shared.withLock { $0.outbox.next(within: &state.window) }
    }

    private func settle(_ acknowledgement: Acknowledgement) {
        let kept = acknowledgement.stored + acknowledgement.duplicates
        let sequences = kept + acknowledgement.refused.map(\.sequence)
        let (entries, unknown) = shared.withLock { shared in
            shared.status.refused += acknowledgement.refused.count
            return shared.outbox.settle(sequences)
        }
        if let unknown {
            let reason = "trajectory \(unknown) is acknowledged but was not sent"
            return close(.lost(reason), Goodbye(.violation, reason))
        }
        tellStored(entries.prefix(kept.count))
        for refused in acknowledgement.refused {
            onEvent(.refused(sequence: refused.sequence, reason: refused.reason))
        }
        send()
    }

    private func tellStored(_ entries: some Collection<Outbox.Entry>) {
        guard !entries.isEmpty else { return }
        let now = NIODeadline.now()
        onEvent(.stored(entries.map { Receipt($0, now: now) }))
    }

    private func received(_ weights: PolicyWeights) {
        shared.withLock { shared in
            let identity = WeightsIdentity(
                learnerGeneration: shared.welcome?.learnerGeneration ?? 0, version: weights.version)
            shared.weights = LearnerClient.ReceivedWeights(identity: identity, policy: weights)
        }
        onEvent(.weights(version: weights.version))
    }

    private func sendReports(_ context: ChannelHandlerContext) {
        guard context.channel.isWritable else { return }
        let reports = shared.withLock { shared in
            defer { shared.reports = [] }
            return shared.reports
        }
        for report in reports { context.write(.report(report)) }
        context.flush()
    }

    private func tickLater() {
        guard let context, let liveness else { return }
        ticking = context.eventLoop.assumeIsolated().scheduleTask(in: liveness.interval) { self.tick() }
    }

    private func tick() {
        tickLater()
        switch liveness?.tick(now: .now()) {
        case .ask(let heartbeat):
            guard let context, context.channel.isWritable else { return }
            context.write(.heartbeat(heartbeat))
            context.flush()
        case .giveUp:
            close(.lost("the learner was silent for \(Liveness.intervals) heartbeats"), nil)
        case nil: break
        }
    }

    /// The learner closes when it has read everything; if we did, what is under way to us could cost it what is under
    /// way to it.
    private func sayGoodbye(_ context: ChannelHandlerContext) {
        end = .finished
        state.close()
        context.write(.goodbye(Goodbye(.finished, "everything is handed over")))
        context.flush()
    }

    private func close(_ end: ConnectionEnd, _ goodbye: Goodbye?) {
        // The first reason is the cause of those that follow.
        if self.end == nil { self.end = end }
        state.close()
        guard let context else { return }
        if let goodbye {
            context.write(.goodbye(goodbye))
            context.flush()
        }
        context.close(promise: nil)
    }
}
