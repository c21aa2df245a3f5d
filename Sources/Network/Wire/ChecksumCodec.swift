import NIOCore
import TrajectoryCodec

extension ByteBuffer {
    /// CRC-32C of the frame that starts at the reader index: its first 16 bytes and the message after byte 20.
    func frameChecksum(messageLength: Int) -> UInt32 {
        withUnsafeReadableBytes { bytes in
            let start = CRC32C.checksum(of: UnsafeRawBufferPointer(rebasing: bytes[..<16]))
            let message = bytes[FrameHeader.byteCount..<FrameHeader.byteCount + messageLength]
            return CRC32C.checksum(of: UnsafeRawBufferPointer(rebasing: message), continuing: start)
        }
    }
}
