import CLZ4

/// One LZ4 block: raw LZ4 sequences without a frame, whose decompressed size is known from elsewhere.
enum LZ4Block {
    /// Largest number of bytes that can be compressed at once.
    static let maximumInput = Int(LZ4_MAX_INPUT_SIZE)

    /// The most that `count` bytes can become; `count` where they are too many for one block.
    static func bound(_ count: Int) -> Int {
        count <= maximumInput ? count + count / 255 + 16 : count
    }

    /// Compresses `source` into the start of `destination`, which has room for `bound(source.count)` bytes.
    /// Returns the compressed size in bytes.
    static func compress(_ source: UnsafeRawBufferPointer, into destination: UnsafeMutableRawBufferPointer) -> Int {
        precondition(source.count <= maximumInput, "\(source.count) bytes are too many for one block")
        precondition(destination.count >= bound(source.count), "no room to compress \(source.count) bytes")
        let size = LZ4_compress_default(
            source.baseAddress?.assumingMemoryBound(to: CChar.self),
            destination.baseAddress?.assumingMemoryBound(to: CChar.self),
            Int32(source.count), Int32(clamping: destination.count))
        precondition(size > 0, "LZ4 found no room although there was")
        return Int(size)
    }

    /// Decompresses `source`; false where it is damaged or does not fill `destination` exactly. Never reads or writes
    /// outside the two, whatever `source` holds.
    static func decompress(_ source: UnsafeRawBufferPointer, into destination: UnsafeMutableRawBufferPointer) -> Bool {
        guard let size = Int32(exactly: source.count), let capacity = Int32(exactly: destination.count) else {
            return false
        }
        return LZ4_decompress_safe(
            source.baseAddress?.assumingMemoryBound(to: CChar.self),
            destination.baseAddress?.assumingMemoryBound(to: CChar.self), size, capacity) == capacity
    }
}
