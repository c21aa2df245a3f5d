import NIOCore

/// Writes frames. The payload is not part of what it returns: it is written to the connection next, uncopied.
public enum FrameEncoder {
    /// Header and message of a frame that `payloadLength` bytes follow.
    public static func head(_ message: Message, payloadLength: Int = 0) -> ByteBuffer {
        var buffer = ByteBuffer()
        let length = message.value.pack(into: &buffer, after: FrameHeader.byteCount)
        buffer.setInteger(FrameHeader.magic, at: 0, endianness: .little)
        buffer.setInteger(UInt32(message.type.rawValue), at: 4, endianness: .little)
        buffer.setInteger(UInt32(length), at: 8, endianness: .little)
        buffer.setInteger(UInt32(payloadLength), at: 12, endianness: .little)
        buffer.setInteger(buffer.frameChecksum(messageLength: length), at: 16, endianness: .little)
        return buffer
    }
}
