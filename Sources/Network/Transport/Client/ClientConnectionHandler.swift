import NIOCore
import NIOSSL
import Threads
import Wire

/// Does on one channel what `ClientConnectionState` decides.
final class ClientConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let core: ClientCore
    private var state: ClientConnectionState
    private var context: ChannelHandlerContext?
    private var timer = DeadlineTimer()
    private var isObeying = false

    /// Before there is a channel.
    init(core: ClientCore) {
        self.core = core
        state = ClientConnectionState(core.configuration, earlier: core.welcome)
    }

    // MARK: Events of the channel

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        state.connected(core.hello, now: context.eventLoop.now)
        obey()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        state.received(unwrapInboundIn(data), now: context.eventLoop.now)
        obey()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        send()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let reason = TLSFailure.reason(error) {
            state.failed(TLSFailure.isFinal(reason) ? .insecure(.distrusted(reason)) : .lost(reason))
        } else if error is NIOSSLError {
            // A connection that ends without a farewell is lost, encrypted or not.
            state.lost()
        } else {
            state.failed(.lost(ConnectionFailure.reason(error)))
        }
        obey()
    }

    func channelInactive(context: ChannelHandlerContext) {
        state.disconnected()
        obey()
        timer.cancel()
        self.context = nil
    }

    // MARK: Events of the client

    /// There may be more to send.
    func send() {
        state.sendMore()
        obey()
    }

    /// There will be no connection.
    func failed(_ end: ConnectionEnd) {
        state.failed(end)
        obey()
    }

    /// Ends the connection or the attempt at once.
    func stop() {
        state.stop()
        obey()
    }

    // MARK: Actions

    /// Does all that is to be done now. What happens meanwhile is seen by the call that is under way.
    private func obey() {
        guard !isObeying else { return }
        isObeying = true
        while let action = state.next(isWritable: context?.channel.isWritable ?? false) { perform(action) }
        isObeying = false
        guard let context else { return }
        timer.follow(state.deadline, on: context.eventLoop) { self.timePassed() }
    }

    private func timePassed() {
        guard let context else { return }
        state.timePassed(now: context.eventLoop.now, isWritable: context.channel.isWritable)
        obey()
    }

    private func perform(_ action: ClientConnectionState.Action) {
        switch action {
        case .write(let message, let payload): context?.write(message, payload: payload)
        case .flush: context?.flush()
        case .close: context?.close(promise: nil)
        case .admitted(let welcome):
            if let unknown = core.admitted(welcome) { state.acknowledgedUnknown(unknown) }
        case .send: core.shared.withLock { state.send(from: &$0, now: .now()) }
        case .settle(let acknowledgement):
            if let unknown = core.settle(acknowledgement) {
                state.acknowledgedUnknown(unknown)
            } else if let refused = acknowledgement.refused.first, core.needsAll {
                state.failed(.trajectoryRefused(refused.reason))
            } else {
                state.sendMore()
            }
        case .received(let weights): core.received(weights)
        case .tell(let event): core.onEvent(event)
        case .ended(let end): core.connectionEnded(end)
        }
    }
}
