import NIOCore
import TrajectoryCodec

/// The 20 bytes before each message. All numbers are little-endian:
///
///     0  magic "DRMR"   4  type   5  reserved, 0 (3 bytes)   8  message length   12  payload length
///     16 CRC-32C of bytes 0–15 and the message
struct FrameHeader: Equatable {
    static let byteCount = 20
    /// "DRMR" read as a little-endian number.
    static let magic: UInt32 = 0x524D_5244

    var type: MessageType
    var messageLength: Int
    var payloadLength: Int
    var checksum: UInt32

    /// Reads a header at the reader index without moving it; nil where fewer than 20 bytes are there.
    /// - Throws: as soon as the first four bytes cannot start a frame.
    init?(peekingAt buffer: ByteBuffer) throws(WireError) {
        let start = buffer.readerIndex
        guard let magic = buffer.getInteger(at: start, endianness: .little, as: UInt32.self) else { return nil }
        guard magic == Self.magic else { throw .notAFrame }
        guard buffer.readableBytes >= Self.byteCount,
            let kind = buffer.getInteger(at: start + 4, endianness: .little, as: UInt32.self),
            let message = buffer.getInteger(at: start + 8, endianness: .little, as: UInt32.self),
            let payload = buffer.getInteger(at: start + 12, endianness: .little, as: UInt32.self),
            let checksum = buffer.getInteger(at: start + 16, endianness: .little, as: UInt32.self)
        else { return nil }
        guard kind >> 8 == 0 else { throw .reservedBits }
        let number = UInt8(truncatingIfNeeded: kind)
        guard let type = MessageType(rawValue: number) else { throw .unknownType(number) }
        self.type = type
        messageLength = Int(message)
        payloadLength = Int(payload)
        self.checksum = checksum
    }
}
