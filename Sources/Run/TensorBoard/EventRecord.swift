import CPlatform

/// The frame of an event in its file: length, checksum of the length, event, checksum of the event (TFRecord).
enum EventRecord {
    static func framed(_ event: [UInt8]) -> [UInt8] {
        let length = withUnsafeBytes(of: UInt64(event.count).littleEndian, Array.init)
        return length + checksum(length) + event + checksum(event)
    }

    /// A CRC-32C, masked so that a file of checksums is not a checksum of itself.
    private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
        let crc = bytes.withUnsafeBytes { checksums_crc32c(0, $0.baseAddress, $0.count) }
        let masked = (crc >> 15 | crc << 17) &+ 0xA282_EAD8
        return withUnsafeBytes(of: masked.littleEndian, Array.init)
    }
}
