import NIOCore

/// Writes payloads one after the other into a file, each from a whole block on.
struct PayloadWriter {
    let file: PayloadFile
    /// Where the buffer's first byte goes.
    private var offset: Int
    private let buffer: AlignedBuffer
    /// Bytes in the buffer.
    private var count = 0

    init(file: PayloadFile, offset: Int, buffer: AlignedBuffer) {
        self.file = file
        self.offset = offset
        self.buffer = buffer
    }

    mutating func append(_ payload: ByteBuffer) throws(ReplayError) {
        var rest = payload
        while let part = rest.readSlice(length: min(rest.readableBytes, buffer.bytes.count - count)),
            part.readableBytes > 0
        {
            part.withUnsafeReadableBytes {
                UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[count...]).copyMemory(from: $0)
            }
            count += part.readableBytes
            if count == buffer.bytes.count { try flush() }
        }
        fillBlock()
        if count == buffer.bytes.count { try flush() }
    }

    /// Returns when everything appended is on disk.
    mutating func finish() throws(ReplayError) {
        try flush()
        try file.synchronize()
    }

    private mutating func fillBlock() {
        let end = AlignedBuffer.roundUp(count)
        for index in count..<end { buffer.bytes[index] = 0 }
        count = end
    }

    private mutating func flush() throws(ReplayError) {
        try file.write(UnsafeRawBufferPointer(rebasing: buffer.bytes[..<count]), at: offset)
        offset += count
        count = 0
    }
}
