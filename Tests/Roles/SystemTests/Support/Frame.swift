/// A frame as `docs/protocol.md` describes it, made by hand: these tests share no code with the program.
enum Frame {
    static let hello: UInt8 = 1
    static let refusal: UInt8 = 3

    static func bytes(_ type: UInt8, _ message: [UInt8]) -> [UInt8] {
        let head = Array("DRMR".utf8) + [type, 0, 0, 0] + littleEndian(UInt32(message.count)) + littleEndian(0)
        return head + littleEndian(checksum(head + message)) + message
    }

    private static func littleEndian(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// CRC-32C, a bit at a time.
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var value: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
        }
        return value ^ 0xFFFF_FFFF
    }
}
