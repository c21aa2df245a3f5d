import NIOCore

extension ByteBuffer {
    /// The last number of a field of a protobuf message, as far as the message can be followed; nil where there is none.
    func lastVarint(ofField number: UInt64) -> UInt64? {
        var rest = self
        var found: UInt64?
        while let tag = rest.readVarint() {
            let value = tag & 7 == 0 ? rest.readVarint() : nil
            if tag >> 3 == number, let value { found = value }
            guard value != nil || rest.skipValue(wireType: tag & 7) else { break }
        }
        return found
    }

    private mutating func readVarint() -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 64, by: 7) {
            guard let byte = readInteger(as: UInt8.self) else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }

    /// - Returns: whether there was such a value, and it was no number that `readVarint` reads.
    private mutating func skipValue(wireType: UInt64) -> Bool {
        let length: UInt64? =
            switch wireType {
            case 1: 8
            case 2: readVarint()
            case 5: 4
            default: nil
            }
        guard let length, length <= readableBytes else { return false }
        moveReaderIndex(forwardBy: Int(length))
        return true
    }
}
