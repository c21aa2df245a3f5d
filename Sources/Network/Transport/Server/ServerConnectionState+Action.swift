import Experience
import NIOCore
import TrajectoryCodec
import Wire

extension ServerConnectionState {
    /// What the owner of the state is to do.
    enum Action: Equatable {
        /// Write a message and its payload; a `flush` follows.
        case write(Message, ByteBuffer?)
        case flush
        case read
        /// Close the sending half, once all is sent; then call `outputClosed`.
        case closeOutput
        case close
        /// Check the client and ask the endpoint; then call `admitted` or `refused`.
        case join(Hello)
        /// Hand a trajectory to the endpoint; call `settled` with what it says at once.
        case store(EncodedTrajectory, TrajectoryKey)
        case report(ActorReport, actor: String)
        /// Ask for memory for a frame; call `memoryGranted` when it is there.
        case takeMemory(Int)
        /// What this connection holds, or waits for, is free.
        case giveMemoryBack
        /// Note that a stranger is shut out.
        case turnedAway(reason: String)
        /// The connection is gone, and with it the actor, if it was one.
        case left(Hello?, reason: String)
    }
}
