import NIOCore
import Wire

extension ChannelHandlerContext {
    /// Writes a message and the payload that belongs to it; the caller flushes.
    func write(_ message: Message, payload: ByteBuffer? = nil) {
        write(
            NIOAny(IOData.byteBuffer(FrameEncoder.head(message, payloadLength: payload?.readableBytes ?? 0))),
            promise: nil)
        if let payload {
            write(NIOAny(IOData.byteBuffer(payload)), promise: nil)
        }
    }
}
