/// Bits of bytes, the lowest of each first.
struct BitReader {
    private let bytes: ArraySlice<UInt8>
    private var next: Int
    private var held = 0
    private var heldCount = 0

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        next = bytes.startIndex
    }

    /// A number of so many bits, at most 16; nil where they end.
    mutating func take(_ count: Int) -> Int? {
        while heldCount < count {
            guard next < bytes.endIndex else { return nil }
            held |= Int(bytes[next]) << heldCount
            next += 1
            heldCount += 8
        }
        defer {
            held >>= count
            heldCount -= count
        }
        return held & ((1 << count) - 1)
    }

    /// So many whole bytes, from the next on; what is left of one that has begun is passed over.
    mutating func takeBytes(_ count: Int) -> ArraySlice<UInt8>? {
        (held, heldCount) = (0, 0)
        guard bytes.endIndex - next >= count else { return nil }
        defer { next += count }
        return bytes[next..<next + count]
    }
}
