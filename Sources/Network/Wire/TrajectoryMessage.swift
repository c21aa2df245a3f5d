import CWireMessages
import Experience
import TrajectoryCodec

/// A trajectory as a message; its payload follows in the same frame.
public struct TrajectoryMessage: Sendable, Equatable {
    public var sequence: UInt64
    public var header: TrajectoryHeader

    public init(sequence: UInt64, header: TrajectoryHeader) {
        self.sequence = sequence
        self.header = header
    }
}

extension TrajectoryMessage: WireMessage {
    static let declaration = MessageDeclaration(
        .trajectory, in: [.fromActor], bytes: 64 << 10, payload: TrajectoryLimits.standard.payloadBytes)
    var wrapped: Message { .trajectory(self) }
    static var initialize: (UnsafeMutablePointer<Wire__Trajectory>) -> Void { wire__trajectory__init }

    func fill(_ packed: inout Wire__Trajectory, _ arena: PackingArena) {
        packed.sequence = sequence
        packed.environment = UInt32(header.position.environment)
        packed.first_step = header.position.firstStep
        packed.steps = UInt32(header.steps)
        packed.height = UInt32(header.shape.image.height)
        packed.width = UInt32(header.shape.image.width)
        packed.channels = UInt32(header.shape.image.channels)
        packed.vector_count = UInt32(header.shape.vectorCount)
        packed.action_count = UInt32(header.shape.actionCount)
        packed.block_bytes = arena.array(header.blocks.map { UInt32($0) })
        packed.n_block_bytes = header.blocks.count
        packed.checksum = header.checksum
    }

    /// The header's numbers are taken as they are: `EncodedTrajectory` judges them, and such a trajectory is refused alone.
    init(_ packed: Wire__Trajectory) throws(WireError) {
        guard packed.sequence > 0 else { throw .field(.trajectory, "sequence is 0: the first is 1") }
        self.init(
            sequence: try Self.count(packed.sequence, "sequence"),
            header: TrajectoryHeader(
                position: StreamPosition(environment: Int(packed.environment), firstStep: packed.first_step),
                shape: StepShape(
                    image: ImageShape(
                        height: Int(packed.height), width: Int(packed.width), channels: Int(packed.channels)),
                    vectorCount: Int(packed.vector_count), actionCount: Int(packed.action_count)),
                steps: Int(packed.steps), blocks: Self.list(packed.n_block_bytes, packed.block_bytes).map { Int($0) },
                checksum: packed.checksum))
    }
}
