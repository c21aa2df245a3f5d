/// Bits in the order in which DEFLATE and GIF pack them.
struct BitReader {
    let bytes: [UInt8]
    var position = 0

    mutating func read(_ width: Int) -> Int {
        (0..<width).reduce(0) { value, bit in
            defer { position += 1 }
            return value | Int(bytes[position / 8] >> UInt8(position % 8) & 1) << bit
        }
    }

    /// A Huffman code, highest bit first.
    mutating func code(_ width: Int) -> Int { (0..<width).reduce(0) { value, _ in value << 1 | read(1) } }
}
