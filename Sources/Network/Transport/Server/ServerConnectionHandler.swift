import Experience
import NIOCore
import NIOSSL
import TrajectoryCodec
import Wire

/// Does on one channel what `ServerConnectionState` decides.
final class ServerConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = IOData

    private let core: ServerCore
    private var state: ServerConnectionState
    private var context: ChannelHandlerContext?
    private var timer = DeadlineTimer()
    private var isObeying = false

    init(core: ServerCore, now: NIODeadline) {
        self.core = core
        state = ServerConnectionState(core.configuration, identity: core.identity, now: now)
    }

    // MARK: Events of the channel

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        core.accept(self, from: context.remoteAddress)
        obey()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        state.received(unwrapInboundIn(data), now: context.eventLoop.now)
        obey()
    }

    /// The channel asks by itself after each read.
    func read(context: ChannelHandlerContext) {
        state.readRequested()
        obey()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        obey()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A connection that ends without a farewell is lost, encrypted or not.
        let lost = error is NIOSSLError ? ServerConnectionState.lost : ConnectionFailure.reason(error)
        state.failed(TLSFailure.reason(error) ?? lost)
        obey()
    }

    func channelInactive(context: ChannelHandlerContext) {
        state.disconnected()
        obey()
        timer.cancel()
        self.context = nil
    }

    // MARK: Events of the server

    /// Tells the connection something, and does what follows.
    func happen(_ event: (inout ServerConnectionState) -> Void) {
        event(&state)
        obey()
    }

    /// What was held back may be free to go.
    func throttleChanged() {
        obey()
    }

    func memoryGranted() {
        guard let context else { return }
        state.memoryGranted(now: context.eventLoop.now)
        obey()
    }

    var status: ConnectionStatus? { state.status }

    // MARK: Actions

    /// Does all that is to be done now. What happens meanwhile is seen by the call that is under way.
    private func obey() {
        guard let context, !isObeying else { return }
        isObeying = true
        while let action = state.next(isWritable: context.channel.isWritable, throttle: core.throttle) {
            perform(action, context)
        }
        isObeying = false
        timer.follow(state.deadline, on: context.eventLoop) { self.timePassed() }
    }

    private func timePassed() {
        guard let context else { return }
        state.timePassed(
            now: context.eventLoop.now, isWritable: context.channel.isWritable,
            isMemoryContested: core.isMemoryContested)
        obey()
    }

    private func perform(_ action: ServerConnectionState.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .write(let message, let payload): context.write(message, payload: payload)
        case .flush: context.flush()
        case .read: context.read()
        case .closeOutput:
            context.close(mode: .output, promise: nil)
            state.outputClosed(now: context.eventLoop.now)
        case .close: context.close(promise: nil)
        case .join(let hello): join(hello, now: context.eventLoop.now)
        case .store(let trajectory, let key): store(trajectory, key)
        case .report(let report, let actor): core.endpoint.receive(report, from: actor)
        case .takeMemory(let bytes):
            if core.reserve(bytes, for: self) { state.memoryGranted(now: context.eventLoop.now) }
        case .giveMemoryBack: core.giveMemoryBack(self)
        case .turnedAway(let reason): core.turnedAway(context.remoteAddress, reason: reason)
        case .left(let hello, let reason):
            core.remove(self, hello: hello, reason: reason, isForGood: state.hasLeftForGood)
        }
    }

    private func join(_ hello: Hello, now: NIODeadline) {
        do throws(Refusal) {
            let admission = try core.admit(hello, self)
            state.admitted(hello, admission, newest: core.weights, now: now)
        } catch {
            state.refused(error)
        }
    }

    private func store(_ trajectory: EncodedTrajectory, _ key: TrajectoryKey) {
        guard let outcome = core.endpoint.receive(trajectory, key: key) else { return }
        state.settled(Settlement(key: key, outcome: outcome))
    }
}
