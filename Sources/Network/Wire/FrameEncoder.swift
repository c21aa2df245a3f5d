import NIOCore

/// Writes frames. The payload is not part of what it returns: it is written to the connection next, uncopied.
public enum FrameEncoder {
    /// Header and message of a frame that `payloadLength` bytes follow.
    public static func head(_ message: Message, payloadLength: Int = 0) -> ByteBuffer {
        let packed = message.packed()
        var buffer = ByteBuffer()
        buffer.reserveCapacity(FrameHeader.byteCount + packed.count)
        buffer.writeInteger(FrameHeader.magic, endianness: .little)
        buffer.writeInteger(UInt32(message.type.rawValue), endianness: .little)
        buffer.writeInteger(UInt32(packed.count), endianness: .little)
        buffer.writeInteger(UInt32(payloadLength), endianness: .little)
        buffer.writeInteger(0, endianness: .little, as: UInt32.self)
        buffer.writeBytes(packed)
        let checksum = buffer.frameChecksum(messageLength: packed.count)
        buffer.setInteger(checksum, at: buffer.readerIndex + 16, endianness: .little)
        return buffer
    }
}
