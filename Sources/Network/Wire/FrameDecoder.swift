import NIOCore
import TrajectoryCodec

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
/// Memory stays below one frame within `limits` and one read. A payload is copied once, into memory that is exactly as
/// large as it is: whoever keeps it keeps nothing of what was read with it. After an error the decoder must not be used
/// again.
public struct FrameDecoder: Sendable {
    /// What is accepted from now on; applies to frames whose header has not been read yet.
    public var limits: FrameLimits
    /// What the next payload continues, with room for it: that frame's payload then starts with these bytes.
    public var continued: ByteBuffer?

    /// What was read and not looked at yet.
    private var input = ByteBuffer()
    /// A header and message that are read and checked while their payload is still on its way.
    private var waiting: (header: FrameHeader, message: ByteBuffer)?
    /// Where that payload stays, once there is room for it.
    private var payload: ByteBuffer?
    /// Bytes of the payload that are not there.
    private var missing = 0

    public init(limits: FrameLimits) {
        self.limits = limits
    }

    public mutating func append(_ bytes: ByteBuffer) {
        if input.readableBytes == 0 {
            input = bytes
        } else {
            var bytes = bytes
            input.discardReadBytes()
            input.writeBuffer(&bytes)
        }
        takePayload()
    }

    /// The next complete frame; nil where more bytes are needed.
    public mutating func next() throws(WireError) -> Frame? {
        if waiting == nil {
            waiting = try nextMessage()
            missing = payloadUnderWay
        }
        guard let (header, message) = waiting, input.readableBytes >= missing else { return nil }
        makeRoom()
        defer { (waiting, payload) = (nil, nil) }
        return Frame(type: header.type, message: message, payload: payload ?? ByteBuffer())
    }

    /// Length of the payload that is on its way, 0 where none is.
    public var payloadUnderWay: Int { waiting?.header.payloadLength ?? 0 }

    /// Takes memory for all of that payload at once.
    public mutating func makeRoom() {
        guard payloadUnderWay > 0, payload == nil else { return }
        payload = continued ?? .exact(capacity: payloadUnderWay)
        continued = nil
        takePayload()
    }

    /// Moves what has come of the payload to where it stays.
    private mutating func takePayload() {
        guard payload != nil, var part = input.readSlice(length: min(missing, input.readableBytes)) else { return }
        missing -= part.readableBytes
        payload?.writeBuffer(&part)
        // What is read next can then go to the same memory.
        if input.readableBytes == 0 { input = ByteBuffer() }
    }

    private mutating func nextMessage() throws(WireError) -> (FrameHeader, ByteBuffer)? {
        guard let header = try FrameHeader(peekingAt: input) else { return nil }
        try check(header)
        let length = FrameHeader.byteCount + header.messageLength
        guard input.readableBytes >= length else { return nil }
        guard header.checksum == input.frameChecksum(messageLength: header.messageLength) else {
            throw .checksum(header.type)
        }
        input.moveReaderIndex(forwardBy: FrameHeader.byteCount)
        guard let message = input.readSlice(length: header.messageLength) else { return nil }
        // Copied: a slice would share the memory of what is read next.
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
