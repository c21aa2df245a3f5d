/// PNG files (ISO/IEC 15948): eight bits of red, green and blue, not interlaced.
public enum PNG {
    public static func encode(_ picture: Picture) -> [UInt8] {
        var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        append("IHDR", bigEndian(picture.width) + bigEndian(picture.height) + [8, 2, 0, 0, 0], to: &file)
        append("IDAT", Deflate.zlib(filtered(picture)), to: &file)
        append("IEND", [], to: &file)
        return file
    }

    private static func append(_ type: String, _ data: [UInt8], to file: inout [UInt8]) {
        let checked = Array(type.utf8) + data
        file += bigEndian(data.count) + checked + bigEndian(Int(crc32(checked)))
    }

    private static func bigEndian(_ number: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt32(number).bigEndian, Array.init)
    }

    // MARK: Filters

    /// Each row as what differs from the left, from above, or as it is, whichever has the smallest numbers.
    private static func filtered(_ picture: Picture) -> [UInt8] {
        let width = 3 * picture.width
        var output: [UInt8] = []
        output.reserveCapacity((width + 1) * picture.height)
        var above = [UInt8](repeating: 0, count: width)
        for row in 0..<picture.height {
            let line = Array(picture.pixels[row * width..<(row + 1) * width])
            let left = [0, 0, 0] + line.dropLast(3)
            let choices = [line, zip(line, left).map { $0 &- $1 }, zip(line, above).map { $0 &- $1 }]
            let best = choices.indices.min { size(choices[$0]) < size(choices[$1]) } ?? 0
            output.append(UInt8(best))
            output += choices[best]
            above = line
        }
        return output
    }

    private static func size(_ line: [UInt8]) -> Int {
        line.reduce(0) { $0 + abs(Int(Int8(bitPattern: $1))) }
    }

    // MARK: Checksum

    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB8_8320 }
    }

    static func crc32(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ $0 >> 8 }
    }
}
