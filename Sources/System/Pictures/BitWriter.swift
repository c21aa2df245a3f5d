/// Bits one after the other, the lowest of each byte first: how both DEFLATE and GIF pack their codes.
struct BitWriter {
    private(set) var bytes: [UInt8] = []
    private var held: UInt32 = 0
    private var count = 0

    /// Appends the lowest `width` bits, at most 16.
    mutating func write(_ bits: Int, width: Int) {
        held |= UInt32(bits) << count
        count += width
        while count >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: held))
            held >>= 8
            count -= 8
        }
    }

    /// Appends a Huffman code, whose highest bit comes first.
    mutating func write(code: Int, width: Int) {
        var reversed = 0
        for bit in 0..<width where code & (1 << bit) != 0 { reversed |= 1 << (width - 1 - bit) }
        write(reversed, width: width)
    }

    /// All bytes, the last one filled up with zeros.
    consuming func finished() -> [UInt8] {
        if count > 0 { write(0, width: 8 - count) }
        return bytes
    }
}
