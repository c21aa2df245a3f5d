import CPlatform
import Testing

@testable import TrajectoryCodec

@Suite struct CRC32CTests {
    @Test func knownValues() {
        #expect(CRC32C.checksum(of: []) == 0)
        #expect(CRC32C.checksum(of: Array("123456789".utf8)) == 0xE306_9283)
        #expect(CRC32C.checksum(of: [UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    }

    @Test func instructionAndTablesAgreeAtEveryLengthAndInParts() {
        let bytes = (0..<70).map { UInt8(truncatingIfNeeded: $0 * 37) }
        for length in 0...bytes.count {
            let part = Array(bytes[..<length])
            let whole = CRC32C.checksum(of: part)
            #expect(whole == checksums_crc32c_portable(0, part, part.count))
            let cut = length / 3
            #expect(
                whole == CRC32C.checksum(of: Array(part[cut...]), continuing: CRC32C.checksum(of: Array(part[..<cut]))))
        }
    }
}
