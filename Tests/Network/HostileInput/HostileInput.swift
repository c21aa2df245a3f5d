import Experience
import NIOCore
import TrajectoryCodec

@testable import Wire

/// Everything that reads bytes from the network, and all that stands behind it in a learner, as one function of bytes: what a
/// fuzzer calls.
///
/// It returns whatever the bytes are. A trap, a hang or memory beyond the limits is a defect.
public enum HostileInput {
    /// What the bytes after the first are taken for; the first one chooses.
    enum Door: UInt8, CaseIterable {
        /// What a learner reads, from strangers and from actors.
        case toLearner, toLearnerFromStranger
        /// What an actor reads.
        case toActor
        /// A message without a frame around it.
        case message
        /// A trajectory whose checksum is right.
        case trajectory
        /// Weights that are complete.
        case weights
        /// What happens to a learner, from its connections to its storage and back.
        case learner
    }

    /// Most decompressed bytes of one trajectory: small, so that an input that claims more is refused soon.
    static let limits = TrajectoryLimits(decompressedBytes: 8 << 20)
    static let maximumPayload = 1 << 20

    public static func read(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let rest = Array(bytes.dropFirst())
        switch Door.allCases[Int(first) % Door.allCases.count] {
        case .toLearner: readFrames(rest, .fromActor(payload: maximumPayload))
        case .toLearnerFromStranger: readFrames(rest, .beforeAdmission)
        case .toActor: readFrames(rest, .fromLearner)
        case .message: readMessage(rest)
        case .trajectory: readTrajectory(rest)
        case .learner: meetLearner(rest)
        case .weights: _ = try? PolicyWeights(received: ByteBuffer(bytes: rest))
        }
    }

    /// As they come from a socket, in pieces whose sizes follow from the bytes.
    private static func readFrames(_ bytes: [UInt8], _ limits: FrameLimits) {
        var decoder = FrameDecoder(limits: limits)
        var position = 0
        let sealed = seal(bytes)
        while position < sealed.count {
            let size = min(sealed.count - position, 1 + Int(sealed[position]) * 7)
            decoder.append(ByteBuffer(bytes: sealed[position..<position + size]))
            position += size
            do {
                while let frame = try decoder.next() { read(frame) }
            } catch { return }
        }
    }

    private static func readMessage(_ bytes: [UInt8]) {
        guard let number = bytes.first else { return }
        let types = MessageType.allCases
        let message = ByteBuffer(bytes: bytes.dropFirst())
        read(Frame(type: types[Int(number) % types.count], message: message, payload: ByteBuffer()))
    }

    private static func read(_ frame: Frame) {
        guard let message = try? Message(frame) else { return }
        if case .trajectory(let message) = message {
            decode(message.header, frame.payload)
        }
        // What was understood can be said, and is then understood the same way.
        var packed = ByteBuffer()
        message.value.pack(into: &packed)
        let again = Frame(type: message.type, message: packed, payload: ByteBuffer())
        let understood = try? Message(again)
        precondition(understood.map { "\($0)" } == "\(message)", "\(message) became \(String(describing: understood))")
    }

    /// 24 bytes of numbers, then the payload.
    private static func readTrajectory(_ bytes: [UInt8]) {
        guard bytes.count > 24 else { return }
        func number(_ index: Int) -> Int { Int(bytes[index]) | Int(bytes[index + 1]) << 8 }
        let payload = Array(bytes[24...])
        var blocks = (0..<min(number(8) % 8, 7)).map { number(10 + 2 * $0) }
        // Otherwise nearly all inputs would end at this first comparison.
        if let last = blocks.indices.last { blocks[last] = payload.count - blocks.dropLast().reduce(0, +) }
        let header = TrajectoryHeader(
            position: StreamPosition(environment: 0, firstStep: 0),
            shape: StepShape(
                image: ImageShape(height: number(0), width: number(2), channels: Int(bytes[4])),
                actionCount: Int(bytes[5])),
            steps: number(6), blocks: blocks, checksum: CRC32C.checksum(of: payload))
        decode(header, ByteBuffer(bytes: payload))
    }

    /// What a learner does with a trajectory: checks it on arrival, decompresses parts of it when it is sampled.
    private static func decode(_ header: TrajectoryHeader, _ payload: ByteBuffer) {
        guard let trajectory = try? EncodedTrajectory(checking: header, payload: payload, limits: limits),
            (try? trajectory.verifyChecksum()) != nil
        else { return }
        _ = try? TrajectoryCoder.decode(trajectory)
        let (steps, size) = (trajectory.header.steps / 2..<trajectory.header.steps, trajectory.header.shape.image.count)
        var images = [UInt8](repeating: 0, count: steps.count * size)
        images.withUnsafeMutableBytes {
            _ = try? TrajectoryCoder.decodeImages(of: trajectory, steps: steps, into: $0)
        }
    }

    /// Puts the right checksum into the first frame's header, behind which no change would ever get otherwise.
    private static func seal(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.count >= 20, bytes[11] == 0 else { return bytes }
        let length = Int(bytes[8]) | Int(bytes[9]) << 8 | Int(bytes[10]) << 16
        guard bytes.count >= 20 + length else { return bytes }
        var sealed = bytes
        let checksum = CRC32C.checksum(of: Array(bytes[0..<16] + bytes[20..<20 + length]))
        for byte in 0..<4 { sealed[16 + byte] = UInt8(truncatingIfNeeded: checksum >> (8 * byte)) }
        return sealed
    }
}
