/// Whether a block can be decompressed is decided by its tokens alone: how many literals each copies and where its match
/// lies. To walk over them costs as much as the compressed bytes are many, and writes nothing.
extension LZ4Block {
    /// A match starts at least so many bytes before the end of what a block holds …
    private static let lastMatch = 12
    /// … and ends at least so many before it: the last ones are literals.
    private static let lastLiterals = 5
    private static let smallestMatch = 4

    /// Whether `source` is a block as the format defines it that decompresses to exactly `size` bytes. `decompress` can do
    /// nothing but succeed then. Reads nothing outside of `source`, whatever it holds.
    static func isWhole(_ source: UnsafeRawBufferPointer, size: Int) -> Bool {
        var (read, written) = (0, 0)
        while read < source.count {
            let token = source[read]
            read += 1
            guard let literals = length(Int(token >> 4), source, &read),
                literals <= source.count - read, literals <= size - written
            else { return false }
            read += literals
            written += literals
            // Only the last sequence has no match.
            if read == source.count { return written == size }
            guard written <= size - lastMatch, source.count - read >= 2 else { return false }
            let offset = Int(source[read]) | Int(source[read + 1]) << 8
            read += 2
            guard offset > 0, offset <= written, let match = length(Int(token & 15), source, &read) else {
                return false
            }
            written += match + smallestMatch
            guard written <= size - lastLiterals else { return false }
        }
        return false
    }

    /// The length that begins in four bits of a token and goes on, if they are all set, in the bytes at `read`, up to and
    /// including the first that is not 255; nil where `source` ends before.
    private static func length(_ bits: Int, _ source: UnsafeRawBufferPointer, _ read: inout Int) -> Int? {
        guard bits == 15 else { return bits }
        var length = bits
        // What does not change compresses to long rows of 255.
        while source.count - read >= 8, source.loadUnaligned(fromByteOffset: read, as: UInt64.self) == .max {
            length += 8 * 255
            read += 8
        }
        while read < source.count {
            let byte = Int(source[read])
            read += 1
            length += byte
            if byte < 255 { return length }
        }
        return nil
    }
}
