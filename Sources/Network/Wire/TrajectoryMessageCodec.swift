import CWireMessages
import Experience
import NIOCore
import TrajectoryCodec

extension TrajectoryMessage {
    func packed() -> [UInt8] {
        pack(wire__trajectory__init, wire__trajectory__get_packed_size, wire__trajectory__pack, Wire__Trajectory()) {
            message, arena in
            message.sequence = sequence
            message.environment = UInt32(header.position.environment)
            message.first_step = header.position.firstStep
            message.steps = UInt32(header.steps)
            message.height = UInt32(header.image.height)
            message.width = UInt32(header.image.width)
            message.channels = UInt32(header.image.channels)
            message.action_count = UInt32(header.actionCount)
            message.block_bytes = arena.array(header.blocks.map { UInt32($0) })
            message.n_block_bytes = header.blocks.count
            message.checksum = header.checksum
        }
    }

    /// Numbers are taken as they are: `TrajectoryHeader.validate` judges them.
    init(packed bytes: ByteBuffer) throws(WireError) {
        self = try unpack(bytes, .trajectory, wire__trajectory__unpack, wire__trajectory__free_unpacked) {
            message throws(WireError) in
            TrajectoryMessage(
                sequence: message.sequence,
                header: TrajectoryHeader(
                    position: StreamPosition(
                        environment: Int(message.environment), firstStep: message.first_step),
                    image: ImageShape(
                        height: Int(message.height), width: Int(message.width), channels: Int(message.channels)),
                    actionCount: Int(message.action_count),
                    steps: Int(message.steps),
                    blocks: list(message.n_block_bytes, message.block_bytes).map { Int($0) },
                    checksum: message.checksum))
        }
    }
}

extension Acknowledgement {
    func packed() -> [UInt8] {
        pack(
            wire__acknowledgement__init, wire__acknowledgement__get_packed_size, wire__acknowledgement__pack,
            Wire__Acknowledgement()
        ) { message, arena in
            message.stored = arena.array(stored)
            message.n_stored = stored.count
            message.duplicates = arena.array(duplicates)
            message.n_duplicates = duplicates.count
            message.refused = arena.pointers(
                refused.map { refused in
                    var item = Wire__RefusedTrajectory()
                    wire__refused_trajectory__init(&item)
                    item.sequence = refused.sequence
                    item.reason = arena.string(refused.reason)
                    return item
                })
            message.n_refused = refused.count
        }
    }

    init(packed bytes: ByteBuffer) throws(WireError) {
        self = try unpack(
            bytes, .acknowledgement, wire__acknowledgement__unpack, wire__acknowledgement__free_unpacked
        ) { message throws(WireError) in
            var refused: [Refused] = []
            for item in list(message.n_refused, message.refused).compactMap(\.self) {
                refused.append(
                    Refused(
                        sequence: item.pointee.sequence,
                        reason: try text(item.pointee.reason, "reason", .acknowledgement)))
            }
            return Acknowledgement(
                stored: list(message.n_stored, message.stored),
                duplicates: list(message.n_duplicates, message.duplicates), refused: refused)
        }
    }
}

extension Credit {
    func packed() -> [UInt8] {
        pack(wire__credit__init, wire__credit__get_packed_size, wire__credit__pack, Wire__Credit()) { message, _ in
            message.bytes = bytes
        }
    }

    init(packed bytes: ByteBuffer) throws(WireError) {
        self = try unpack(bytes, .credit, wire__credit__unpack, wire__credit__free_unpacked) {
            message throws(WireError) in
            Credit(bytes: message.bytes)
        }
    }
}
