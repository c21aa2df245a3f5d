/// A zlib stream (RFC 1950) of one DEFLATE block (RFC 1951) with the fixed codes. Frames that are drawn large repeat
/// themselves, which is what it is good at; codes fitted to the data would save some tens of percent more.
enum Deflate {
    private static let shortest = 3, longest = 258
    private static let window = 32 << 10
    /// Earlier places that are tried for a match.
    private static let attempts = 24

    static func zlib(_ bytes: [UInt8]) -> [UInt8] {
        // A window of 32 KiB, no dictionary, the fastest of four efforts: only the check of these two bytes matters.
        var stream: [UInt8] = [0x78, 0x01]
        stream += block(bytes)
        stream += withUnsafeBytes(of: adler32(bytes).bigEndian, Array.init)
        return stream
    }

    private static func block(_ bytes: [UInt8]) -> [UInt8] {
        var output = BitWriter()
        output.write(1, width: 1)
        output.write(1, width: 2)
        var places = Places(count: bytes.count)
        var position = 0
        while position < bytes.count {
            let match = places.match(at: position, in: bytes)
            if let match {
                write(match, to: &output)
            } else {
                write(symbol: Int(bytes[position]), to: &output)
            }
            for _ in 0..<(match?.length ?? 1) {
                places.add(position, of: bytes)
                position += 1
            }
        }
        write(symbol: 256, to: &output)
        return output.finished()
    }

    // MARK: Codes

    private static func write(symbol: Int, to output: inout BitWriter) {
        switch symbol {
        case ..<144: output.write(code: 0x30 + symbol, width: 8)
        case ..<256: output.write(code: 0x190 + symbol - 144, width: 9)
        case ..<280: output.write(code: symbol - 256, width: 7)
        default: output.write(code: 0xC0 + symbol - 280, width: 8)
        }
    }

    private static func write(_ match: Match, to output: inout BitWriter) {
        let length = match.length - shortest
        switch length {
        case longest - shortest: write(symbol: 285, to: &output)
        case ..<8: write(symbol: 257 + length, to: &output)
        default:
            let extra = exponent(length) - 2
            write(symbol: 261 + 4 * extra + (length >> extra & 3), to: &output)
            output.write(length & ((1 << extra) - 1), width: extra)
        }
        let distance = match.distance - 1
        guard distance >= 4 else { return output.write(code: distance, width: 5) }
        let extra = exponent(distance) - 1
        output.write(code: 2 * exponent(distance) + (distance >> extra & 1), width: 5)
        output.write(distance & ((1 << extra) - 1), width: extra)
    }

    private static func exponent(_ number: Int) -> Int { Int.bitWidth - 1 - number.leadingZeroBitCount }

    // MARK: Matches

    /// Bytes that were there before.
    private struct Match {
        var length: Int
        var distance: Int
    }

    /// Where each three bytes were seen, newest first.
    private struct Places {
        private static let bits = 15
        private var newest = [Int32](repeating: -1, count: 1 << bits)
        private var older: [Int32]

        init(count: Int) { older = Array(repeating: -1, count: count) }

        private func key(_ position: Int, _ bytes: [UInt8]) -> Int {
            let three = UInt32(bytes[position]) | UInt32(bytes[position + 1]) << 8 | UInt32(bytes[position + 2]) << 16
            return Int((three &* 0x9E37_79B1) >> (32 - UInt32(Self.bits)))
        }

        mutating func add(_ position: Int, of bytes: [UInt8]) {
            guard position + shortest <= bytes.count else { return }
            let key = key(position, bytes)
            older[position] = newest[key]
            newest[key] = Int32(position)
        }

        func match(at position: Int, in bytes: [UInt8]) -> Match? {
            let limit = min(longest, bytes.count - position)
            guard limit >= shortest else { return nil }
            var best = Match(length: shortest - 1, distance: 0)
            var candidate = Int(newest[key(position, bytes)])
            for _ in 0..<attempts where candidate >= 0 && position - candidate <= window {
                var length = 0
                while length < limit, bytes[candidate + length] == bytes[position + length] { length += 1 }
                if length > best.length { best = Match(length: length, distance: position - candidate) }
                if length == limit { break }
                candidate = Int(older[candidate])
            }
            return best.length >= shortest ? best : nil
        }
    }

    static func adler32(_ bytes: [UInt8]) -> UInt32 {
        var (a, b): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            a = (a + UInt32(byte)) % 65521
            b = (b + a) % 65521
        }
        return b << 16 | a
    }
}
