import NIOCore

/// One message as it came: checked by length and checksum, not yet parsed.
public struct Frame: Sendable, Equatable {
    public var type: MessageType
    /// The protobuf message.
    public var message: ByteBuffer
    /// The raw bytes that follow it, possibly none.
    public var payload: ByteBuffer
}

/// Cuts a stream of bytes into frames. Pure: bytes in, frames out.
///
/// Memory stays below one frame within `limits` and one read. After an error it must not be used again.
public struct FrameDecoder: Sendable {
    /// What is accepted from now on; applies to frames whose header has not been read yet.
    public var limits: FrameLimits

    private var buffer = ByteBuffer()
    /// A header and message that are read and checked while their payload is still on its way.
    private var waiting: (header: FrameHeader, message: ByteBuffer)?

    public init(limits: FrameLimits) {
        self.limits = limits
    }

    public mutating func append(_ bytes: ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = bytes
        } else {
            var bytes = bytes
            buffer.discardReadBytes()
            buffer.writeBuffer(&bytes)
        }
    }

    /// The next complete frame; nil where more bytes are needed.
    public mutating func next() throws(WireError) -> Frame? {
        if waiting == nil {
            waiting = try nextMessage()
        }
        guard let (header, message) = waiting else { return nil }
        guard let payload = buffer.readSlice(length: header.payloadLength) else { return nil }
        waiting = nil
        return Frame(type: header.type, message: message, payload: payload)
    }

    /// Length of the payload that is on its way, 0 where none is.
    public var payloadUnderWay: Int { waiting?.header.payloadLength ?? 0 }

    /// Takes memory for all of that payload at once, so that it is not moved as it grows.
    public mutating func makeRoom() {
        buffer.reserveCapacity(minimumWritableBytes: max(0, payloadUnderWay - buffer.readableBytes))
    }

    private mutating func nextMessage() throws(WireError) -> (FrameHeader, ByteBuffer)? {
        guard let header = try FrameHeader(peekingAt: buffer) else { return nil }
        try check(header)
        let length = FrameHeader.byteCount + header.messageLength
        guard buffer.readableBytes >= length else { return nil }
        guard header.checksum == buffer.frameChecksum(messageLength: header.messageLength) else {
            throw .checksum(header.type)
        }
        buffer.moveReaderIndex(forwardBy: FrameHeader.byteCount)
        guard let message = buffer.readSlice(length: header.messageLength) else { return nil }
        // Copied: a slice would share the buffer's memory, and each read of the payload would copy all that came before.
        return (header, ByteBuffer(bytes: message.readableBytesView))
    }

    private func check(_ header: FrameHeader) throws(WireError) {
        guard let limit = limits.byType[header.type] else { throw .unexpected(header.type) }
        guard header.messageLength <= limit.message else {
            throw .messageTooLong(header.type, length: header.messageLength, maximum: limit.message)
        }
        guard header.payloadLength <= limit.payload else {
            throw .payloadTooLong(header.type, length: header.payloadLength, maximum: limit.payload)
        }
    }
}
