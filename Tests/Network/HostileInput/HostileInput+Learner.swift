import Experience
import NIOCore
import TrajectoryCodec
import WireSamples

@testable import Transport
@testable import Wire

/// The door to a whole learner: what admitted actors may say, in any order.
extension HostileInput {
    /// One thing that happens; its bytes say what exactly.
    enum Event: UInt8, CaseIterable {
        /// A message of its type with a frame that is right.
        case report, heartbeat, goodbye
        /// A trajectory whose checksum and last block are made to fit: length of the message, message, payload.
        case trajectory
        /// Bytes as they are.
        case bytes
        /// Another connection, with this Hello.
        case connection
        /// So many tenths of a second.
        case time
        /// What the learner does meanwhile.
        case learner
    }

    /// A sequence of events: number, length (uint16), bytes.
    static func meetLearner(_ bytes: [UInt8]) {
        guard let learner = try? HostileLearner() else { preconditionFailure("a learner cannot be made") }
        learner.connect(Hello(actor: "a", incarnation: 1))
        var rest = bytes[...]
        while let event = nextEvent(&rest) { happen(event.kind, ByteBuffer(bytes: event.bytes), to: learner) }
        learner.look()
    }

    private static func nextEvent(_ rest: inout ArraySlice<UInt8>) -> (kind: Event, bytes: ArraySlice<UInt8>)? {
        guard rest.count >= 3 else { return nil }
        let head = Array(rest.prefix(3))
        rest = rest.dropFirst(3)
        let bytes = rest.prefix(Int(head[1]) | Int(head[2]) << 8)
        rest = rest.dropFirst(bytes.count)
        return (Event.allCases[Int(head[0]) % Event.allCases.count], bytes)
    }

    private static func happen(_ event: Event, _ bytes: ByteBuffer, to learner: HostileLearner) {
        switch event {
        case .report: learner.peer?.send(framed(.report, bytes))
        case .heartbeat: learner.peer?.send(framed(.heartbeat, bytes))
        case .goodbye: learner.peer?.send(framed(.goodbye, bytes))
        case .trajectory: sendTrajectory(bytes, to: learner)
        case .bytes: learner.peer?.send(bytes)
        case .connection:
            if let hello = try? Hello(packed: bytes) { learner.connect(hello) }
        case .time: learner.peer?.wait(.milliseconds(100 * Int64(bytes.readableBytesView.first ?? 1)))
        case .learner: act(bytes.readableBytesView.first ?? 0, learner)
        }
    }

    private static func act(_ number: UInt8, _ learner: HostileLearner) {
        switch number % 6 {
        case 0: learner.look()
        case 1: learner.publish(WireSamples.weights(version: UInt64(number), [("w", [1, 2], [1, 2])]))
        case 2: learner.setThrottle(Throttle(mayGrant: false))
        case 3: learner.setThrottle(Throttle(mayRead: false))
        case 4: learner.setThrottle(Throttle(maximumStaleness: 1))
        default: learner.core.drain("all is there")
        }
    }

    /// Otherwise nearly all inputs would end at the checksum.
    private static func sendTrajectory(_ bytes: ByteBuffer, to learner: HostileLearner) {
        var payload = bytes
        guard let length = payload.readInteger(as: UInt8.self), let packed = payload.readSlice(length: Int(length)),
            var message = try? TrajectoryMessage(packed: packed)
        else { return }
        if let last = message.header.blocks.indices.last {
            let others = message.header.blocks.dropLast().reduce(0, +)
            message.header.blocks[last] = max(0, payload.readableBytes - others)
        }
        message.header.checksum = payload.checksum()
        learner.peer?.say(.trajectory(message), payload: payload)
    }

    private static func framed(_ type: MessageType, _ message: ByteBuffer) -> ByteBuffer {
        var frame = ByteBuffer()
        frame.writeInteger(FrameHeader.magic, endianness: .little)
        frame.writeInteger(UInt32(type.rawValue), endianness: .little)
        frame.writeInteger(UInt32(message.readableBytes), endianness: .little)
        frame.writeInteger(UInt64(0), endianness: .little)
        frame.writeImmutableBuffer(message)
        frame.setInteger(
            frame.frameChecksum(messageLength: message.readableBytes), at: 16, endianness: .little)
        return frame
    }
}
