/// A canonical Huffman code of DEFLATE (RFC 1951, 3.2.2), as the number of codes of each length and the symbols in the order of their
/// codes.
struct HuffmanCode {
    private static let longest = 15
    private var counts = [Int](repeating: 0, count: HuffmanCode.longest + 1)
    private var symbols: [Int]

    /// - Parameter lengths: of each symbol's code, 0 to 15; 0 where it has none.
    /// - Returns: nil where there are more codes than such lengths allow.
    init?(lengths: some Collection<Int>) {
        for length in lengths { counts[length] += 1 }
        counts[0] = 0
        var (left, offsets) = (1, [Int](repeating: 0, count: Self.longest + 2))
        for length in 1...Self.longest {
            left = left * 2 - counts[length]
            if left < 0 { return nil }
            offsets[length + 1] = offsets[length] + counts[length]
        }
        symbols = [Int](repeating: 0, count: lengths.count)
        for (symbol, length) in lengths.enumerated() where length > 0 {
            symbols[offsets[length]] = symbol
            offsets[length] += 1
        }
    }

    /// The next symbol; nil where the bits end or are no code.
    func next(from bits: inout BitReader) -> Int? {
        var (code, first, index) = (0, 0, 0)
        for length in 1...Self.longest {
            guard let bit = bits.take(1) else { return nil }
            code |= bit
            let count = counts[length]
            if code - count < first { return symbols[index + code - first] }
            index += count
            first = (first + count) << 1
            code <<= 1
        }
        return nil
    }
}
