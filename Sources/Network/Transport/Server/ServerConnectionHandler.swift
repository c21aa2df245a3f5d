import Experience
import NIOCore
import NIOSSL
import TrajectoryCodec
import Wire

/// Performs what `ServerConnectionState` decides for one connection.
final class ServerConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = IOData

    private let core: ServerCore
    private var state: ServerConnectionState
    private var decoder = FrameDecoder(limits: .beforeAdmission)
    private var weights = WeightsSender()
    private var liveness: Liveness
    private var roundTrip: TimeAmount?
    private var context: ChannelHandlerContext?
    private var handshakeTimeout: Scheduled<Void>?
    private var ticking: Scheduled<Void>?
    private var isAcknowledging = false
    /// The channel wanted to read while the server had no room.
    private var isReadWithheld = false
    private var memory = FrameMemory.none
    private var isFinished = false
    private var reason = "the connection was lost"

    /// For the frame of which a part is here.
    private enum FrameMemory {
        case none
        case waits
        case reserved(Int, since: NIODeadline)
    }

    /// How long a frame may be under way while others wait for its memory, in heartbeats.
    private static let frameIntervals: Int64 = 4

    init(core: ServerCore) {
        self.core = core
        state = ServerConnectionState(limits: core.configuration.trajectories)
        liveness = Liveness(interval: TimeAmount(core.configuration.heartbeat), now: .now())
    }

    // MARK: Channel events

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        guard core.accept(self) else { return context.close(promise: nil) }
        handshakeTimeout = context.eventLoop.assumeIsolated().scheduleTask(
            in: TimeAmount(core.configuration.handshakeTimeout)
        ) {
            self.finish(nil, reason: "it has not introduced itself in time")
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        liveness.heard(now: .now())
        decoder.append(unwrapInboundIn(data))
        takeFrames()
    }

    /// What the channel asks for by itself after each read.
    func read(context: ChannelHandlerContext) {
        guard mayRead else { return isReadWithheld = true }
        context.read()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        sendWeights()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A connection that ends without a farewell is lost, encrypted or not.
        finish(nil, reason: TLSFailure.reason(error) ?? (error is NIOSSLError ? reason : "\(error)"))
    }

    func channelInactive(context: ChannelHandlerContext) {
        handshakeTimeout?.cancel()
        ticking?.cancel()
        state.close()
        self.context = nil
        giveMemoryBack()
        core.remove(self, hello: member?.hello, reason: reason)
    }

    // MARK: What the server asks for

    /// Grants what has become free.
    func grant() {
        guard core.throttle.mayGrant(sent: weights.sentVersion, newest: core.weights?.offer.version),
            let credit = state.takeCredit()
        else { return }
        context?.write(.credit(credit))
        context?.flush()
    }

    func throttleChanged() {
        grant()
        goOnReading()
    }

    func publish(_ weights: EncodedWeights) {
        self.weights.publish(weights)
        sendWeights()
    }

    func drain(_ reason: String) {
        context?.write(.drain(Drain(reason: reason)))
        context?.flush()
    }

    func close(_ goodbye: Goodbye) {
        guard !state.isClosed else { return }
        perform(.close(member == nil ? nil : goodbye, reason: goodbye.message))
        context?.flush()
    }

    var status: ConnectionStatus? {
        member.map { member in
            ConnectionStatus(
                actor: member.hello.actor, incarnation: member.hello.incarnation, host: member.hello.host,
                process: member.hello.process, trajectories: member.received, bytes: member.receivedBytes,
                unsettled: member.unsettled.count, credit: member.window.available,
                weightsVersion: weights.sentVersion,
                roundTripMilliseconds: roundTrip.map { Double($0.nanoseconds) / 1e6 })
        }
    }

    /// Reads what was left unread, as far as that is allowed now.
    private func goOnReading() {
        guard let context else { return }
        takeFrames()
        context.flush()
        guard isReadWithheld, mayRead else { return }
        isReadWithheld = false
        context.read()
    }

    // MARK: Actions

    /// Strangers are read in any case: they have no trajectories to send, and a time limit.
    private var mayRead: Bool {
        if case .waits = memory { return false }
        return core.throttle.mayRead || member == nil
    }

    private func takeFrames() {
        do throws(WireError) {
            while !state.isClosed, mayRead, let frame = try decoder.next() {
                giveMemoryBack()
                perform(state.received(try Message(frame), payload: frame.payload))
            }
            takeMemory()
        } catch {
            perform(state.received(error))
        }
    }

    /// Asks for memory for a frame that has begun; nothing more is read from this actor before it is there.
    private func takeMemory() {
        guard case .none = memory, !state.isClosed else { return }
        let bytes = decoder.payloadUnderWay
        if bytes > FrameBudget.free {
            let isThere = core.reserve(bytes, for: self)
            memory = isThere ? .reserved(bytes, since: .now()) : .waits
            guard isThere else { return }
        }
        decoder.makeRoom()
    }

    private func giveMemoryBack() {
        defer { memory = .none }
        switch memory {
        case .none: break
        case .waits: core.forget(self)
        case .reserved(let bytes, _): core.release(bytes)
        }
    }

    /// What this connection waited for is reserved.
    func memoryIsThere() {
        memory = .reserved(decoder.payloadUnderWay, since: .now())
        decoder.makeRoom()
        goOnReading()
    }

    private var member: ServerConnectionState.Member? { state.member }

    private func perform(_ action: ServerConnectionState.Action) {
        switch action {
        case .none: break
        case .join(let hello): join(hello)
        case .store(let trajectory, let key): store(trajectory, key)
        case .acknowledge: acknowledgeSoon()
        case .report(let report, let actor): core.endpoint.receive(report, from: actor)
        case .answer(let heartbeat): answer(heartbeat)
        case .answered(let time): roundTrip = NIODeadline.now() - NIODeadline.uptimeNanoseconds(time)
        case .close(let goodbye, let reason): finish(goodbye.map { .goodbye($0) }, reason: reason)
        }
    }

    private func join(_ hello: Hello) {
        do throws(Refusal) {
            welcome(hello, try core.admit(hello, self))
        } catch {
            core.turnedAway(context?.remoteAddress, reason: error.message)
            finish(.refusal(error), reason: error.message)
        }
    }

    private func welcome(_ hello: Hello, _ admission: Admission) {
        handshakeTimeout?.cancel()
        state.admitted(hello, admission)
        decoder.limits = .fromActor(payload: core.configuration.maximumPayload)
        context?.write(
            .welcome(
                Welcome(
                    runID: core.identity.runID, learnerGeneration: core.identity.generation,
                    actorIndex: admission.actorIndex, configuration: admission.configuration, seed: admission.seed,
                    creditBytes: UInt64(admission.creditBytes), storedThrough: admission.storedThrough,
                    heartbeatMilliseconds: UInt32(liveness.interval.nanoseconds / 1_000_000))))
        grant()
        tickLater()
        if let newest = core.weights { publish(newest) }
    }

    private func store(_ trajectory: EncodedTrajectory, _ key: TrajectoryKey) {
        guard let outcome = core.endpoint.receive(trajectory, key: key) else { return }
        settled(Settlement(key: key, outcome: outcome))
    }

    func settled(_ settlement: Settlement) {
        state.settled(settlement)
        acknowledgeSoon()
    }

    /// Acknowledges at the end of this turn of the event loop, so that what was committed together travels together.
    private func acknowledgeSoon() {
        guard !isAcknowledging, let context else { return }
        isAcknowledging = true
        context.eventLoop.assumeIsolated().execute {
            self.isAcknowledging = false
            guard let acknowledgement = self.state.takeAcknowledgement() else { return }
            self.context?.write(.acknowledgement(acknowledgement))
            self.grant()
            self.context?.flush()
        }
    }

    /// A peer that does not read its answers gets no more of them, so that they do not pile up.
    private func answer(_ heartbeat: Heartbeat) {
        guard let context, context.channel.isWritable else { return }
        context.write(.heartbeat(heartbeat))
    }

    private func sendWeights() {
        guard let context, member != nil else { return }
        let before = weights.sentVersion
        while context.channel.isWritable, let (message, payload) = weights.next() {
            context.write(message, payload: payload)
            context.flush()
        }
        if weights.sentVersion != before { grant() }
    }

    private func tickLater() {
        ticking = context?.eventLoop.assumeIsolated().scheduleTask(in: liveness.interval) { self.tick() }
    }

    private func tick() {
        tickLater()
        // Whom nobody listens to is not silent.
        if isReadWithheld { liveness.heard(now: .now()) }
        if case .reserved(_, let since) = memory, core.isMemoryContested,
            NIODeadline.now() - since > liveness.interval * Self.frameIntervals
        {
            return finish(nil, reason: "a trajectory was too long under way while others waited for its memory")
        }
        switch liveness.tick(now: .now()) {
        case .ask(let heartbeat):
            guard let context, context.channel.isWritable else { return }
            context.write(.heartbeat(heartbeat))
            context.flush()
        case .giveUp:
            finish(nil, reason: "it was silent for \(Liveness.intervals) heartbeats")
        }
    }

    private func finish(_ last: Message?, reason: String) {
        // The first reason is the cause of those that follow.
        guard !isFinished else { return }
        isFinished = true
        if member == nil, last == nil { core.turnedAway(context?.remoteAddress, reason: reason) }
        self.reason = reason
        state.close()
        guard let context else { return }
        if let last {
            context.write(last)
            context.flush()
        }
        context.close(promise: nil)
    }
}
