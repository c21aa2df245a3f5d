/// DEFLATE (RFC 1951), read.
struct Inflation {
    private static let lengthBases = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ]
    private static let lengthBits = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    private static let distanceBases = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145, 8193, 12289, 16385, 24577,
    ]
    private static let distanceBits = [
        0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
    ]
    /// In which order the lengths of the code for lengths stand.
    private static let lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    private static let fixed = (
        HuffmanCode(
            lengths: (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }),
        HuffmanCode(lengths: [Int](repeating: 5, count: 30))
    )

    private var bits: BitReader
    private var output: [UInt8] = []
    private let size: Int

    /// What `bytes` decompress to.
    ///
    /// - Parameter size: bytes that come out; nothing is read beyond.
    /// - Returns: nil where they are no DEFLATE, or come out as more or less.
    static func bytes(of bytes: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
        var inflation = Inflation(bits: BitReader(bytes), size: size)
        inflation.output.reserveCapacity(size)
        return inflation.run() && inflation.output.count == size ? inflation.output : nil
    }

    private init(bits: BitReader, size: Int) {
        self.bits = bits
        self.size = size
    }

    private mutating func run() -> Bool {
        while let isLast = bits.take(1), let kind = bits.take(2) {
            let isWhole =
                switch kind {
                case 0: copyStored()
                case 1: decode(Self.fixed.0, Self.fixed.1)
                case 2: decodeWithOwnCodes()
                default: false
                }
            if !isWhole { return false }
            if isLast == 1 { return true }
        }
        return false
    }

    private mutating func copyStored() -> Bool {
        guard let head = bits.takeBytes(4).map(Array.init) else { return false }
        let count = Int(head[0]) | Int(head[1]) << 8
        guard count ^ 0xFFFF == Int(head[2]) | Int(head[3]) << 8, output.count + count <= size,
            let bytes = bits.takeBytes(count)
        else { return false }
        output += bytes
        return true
    }

    private mutating func decodeWithOwnCodes() -> Bool {
        guard let symbols = bits.take(5).map({ $0 + 257 }), let distances = bits.take(5).map({ $0 + 1 }),
            let count = bits.take(4).map({ $0 + 4 }), symbols <= 286, distances <= 30
        else { return false }
        var own = [Int](repeating: 0, count: 19)
        for place in Self.lengthOrder.prefix(count) {
            guard let length = bits.take(3) else { return false }
            own[place] = length
        }
        guard let code = HuffmanCode(lengths: own), let lengths = lengths(symbols + distances, code) else {
            return false
        }
        return decode(HuffmanCode(lengths: lengths[..<symbols]), HuffmanCode(lengths: lengths[symbols...]))
    }

    private mutating func lengths(_ count: Int, _ code: HuffmanCode) -> [Int]? {
        var lengths: [Int] = []
        while lengths.count < count {
            guard let symbol = code.next(from: &bits) else { return nil }
            let (value, repeats): (Int?, Int?) =
                switch symbol {
                case 16: (lengths.last, bits.take(2).map { $0 + 3 })
                case 17: (0, bits.take(3).map { $0 + 3 })
                case 18: (0, bits.take(7).map { $0 + 11 })
                default: (symbol, 1)
                }
            guard let value, let repeats, lengths.count + repeats <= count else { return nil }
            lengths += repeatElement(value, count: repeats)
        }
        return lengths
    }

    private mutating func decode(_ symbols: HuffmanCode?, _ distances: HuffmanCode?) -> Bool {
        guard let symbols, let distances else { return false }
        while let symbol = symbols.next(from: &bits) {
            switch symbol {
            case ..<256:
                guard output.count < size else { return false }
                output.append(UInt8(symbol))
            case 256: return true
            default:
                guard symbol - 257 < Self.lengthBases.count, copy(symbol - 257, distances) else { return false }
            }
        }
        return false
    }

    /// Copies what stands some way back.
    private mutating func copy(_ symbol: Int, _ distances: HuffmanCode) -> Bool {
        guard let length = bits.take(Self.lengthBits[symbol]).map({ $0 + Self.lengthBases[symbol] }),
            let place = distances.next(from: &bits), place < Self.distanceBases.count,
            let distance = bits.take(Self.distanceBits[place]).map({ $0 + Self.distanceBases[place] }),
            distance <= output.count, output.count + length <= size
        else { return false }
        // What is copied may be what was copied just now.
        for _ in 0..<length { output.append(output[output.count - distance]) }
        return true
    }
}
