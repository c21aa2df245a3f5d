import CPlatform

/// CRC-32C, the checksum of trajectories, frames and weights.
public enum CRC32C {
    /// The checksum of `bytes`, or of what `previous` covers followed by `bytes`.
    public static func checksum(of bytes: UnsafeRawBufferPointer, continuing previous: UInt32 = 0) -> UInt32 {
        checksums_crc32c(previous, bytes.baseAddress, bytes.count)
    }

    public static func checksum(of bytes: [UInt8], continuing previous: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBytes { checksum(of: $0, continuing: previous) }
    }
}
