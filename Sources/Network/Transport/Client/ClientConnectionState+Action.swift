import NIOCore
import Wire

extension ClientConnectionState {
    /// What the owner of the state is to do.
    enum Action: Equatable {
        /// Write a message and its payload; a `flush` follows.
        case write(Message, ByteBuffer?)
        case flush
        case close
        /// The learner has let this client in.
        case admitted(Welcome)
        /// Call `send` with what the client's threads have handed in.
        case send
        /// Drop what is acknowledged; call `acknowledgedUnknown` where that was not sent.
        case settle(Acknowledgement)
        case received(LearnerClient.ReceivedWeights)
        /// Let those know who have made the client.
        case tell(LearnerClient.Event)
        /// There is no connection any more.
        case ended(ConnectionEnd)
    }
}
