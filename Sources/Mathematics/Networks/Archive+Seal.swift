import CPlatform
import Foundation

/// A checksum over all bytes of a file, which the format has no place for: it stands in the metadata, and counts there as zeros.
extension Archive {
    /// Its key.
    static let seal = "checksum"
    private static let zeros = "00000000"

    /// The file's bytes, tensors in the order of their names, with a CRC-32C over all of them.
    public func sealedData() throws -> Data {
        var archive = self
        archive.metadata[Self.seal] = Self.zeros
        var data = try archive.data()
        data.replaceSubrange(try Self.sealPlace(in: data), with: Data(try Self.seal(of: data).utf8))
        return data
    }

    /// What the checksum of these bytes must be, in hexadecimal digits.
    /// - Throws: where they have no place for it.
    static func seal(of data: Data) throws -> String {
        let place = try sealPlace(in: data)
        let parts = [data[data.startIndex..<place.lowerBound], Data(zeros.utf8), data[place.upperBound...]]
        let checksum = parts.reduce(UInt32(0)) { checksum, part in
            part.withUnsafeBytes { checksums_crc32c(checksum, $0.baseAddress, $0.count) }
        }
        return String(format: "%08x", checksum)
    }

    /// Where the digits stand. Names and texts in the header have escaped quotes, so nothing else looks like them.
    private static func sealPlace(in data: Data) throws -> Range<Data.Index> {
        let key = Data("\"\(seal)\":\"".utf8)
        guard let found = data.range(of: key), data.endIndex - found.upperBound >= zeros.utf8.count else {
            throw ArchiveError("its checksum is not where it belongs")
        }
        return found.upperBound..<found.upperBound + zeros.utf8.count
    }
}
