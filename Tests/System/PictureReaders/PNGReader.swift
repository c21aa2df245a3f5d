/// Reads what `PNG` writes: pixels of eight bits, in one block of fixed codes.
package enum PNGReader {
    /// Red, green and blue of each pixel, row after row.
    package static func pixels(_ file: [UInt8]) -> [UInt8] {
        let width = Int(file[18]) << 8 | Int(file[19])
        // Signature, header chunk, and the head of the data chunk before two bytes of zlib.
        let rows = inflate(Array(file[(8 + 25 + 8 + 2)...]))
        var (pixels, above): ([UInt8], [UInt8]) = ([], Array(repeating: 0, count: 3 * width))
        for start in stride(from: 0, to: rows.count, by: 3 * width + 1) {
            var line = Array(rows[start + 1..<start + 1 + 3 * width])
            for index in line.indices {
                switch rows[start] {
                case 1: line[index] &+= index >= 3 ? line[index - 3] : 0
                case 2: line[index] &+= above[index]
                default: break
                }
            }
            pixels += line
            above = line
        }
        return pixels
    }

    /// What is in one block of DEFLATE.
    package static func inflate(_ block: [UInt8]) -> [UInt8] {
        var reader = BitReader(bytes: block)
        precondition(reader.read(3) == 0b011, "not the last block, or not of fixed codes")
        var output: [UInt8] = []
        while true {
            let symbol = symbol(&reader)
            if symbol == 256 { return output }
            if symbol < 256 {
                output.append(UInt8(symbol))
                continue
            }
            let length = lengths[symbol - 257] + reader.read(extraOfLength(symbol))
            let code = reader.code(5)
            let distance = distances[code] + reader.read(max(0, code / 2 - 1))
            for _ in 0..<length { output.append(output[output.count - distance]) }
        }
    }

    private static func symbol(_ reader: inout BitReader) -> Int {
        var code = reader.code(7)
        if code <= 0b0010111 { return 256 + code }
        code = code << 1 | reader.read(1)
        if code <= 0b10111111 { return code - 0x30 }
        if code <= 0b11000111 { return code - 0xC0 + 280 }
        return (code << 1 | reader.read(1)) - 0x190 + 144
    }

    private static func extraOfLength(_ symbol: Int) -> Int {
        symbol < 265 || symbol == 285 ? 0 : (symbol - 261) / 4
    }

    // The tables of RFC 1951, section 3.2.5.
    private static let lengths = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ]
    private static let distances = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145, 8193, 12289, 16385, 24577,
    ]
}
