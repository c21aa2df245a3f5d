/// A zip file, as far as NumPy writes it: entries that are stored or deflated, no encryption, less than 4 GiB.
struct ZipFile {
    struct Entry {
        let name: String
        let method: Int
        let checksum: UInt32
        let compressed: Range<Int>
        let size: Int
    }

    /// DEFLATE makes nothing smaller than by this.
    private static let bestRatio = 1032

    let entries: [Entry]
    private let bytes: [UInt8]

    /// Nil where it is none.
    init?(_ bytes: [UInt8]) {
        self.bytes = bytes
        // Its end is a record of 22 bytes and a comment.
        let range = max(0, bytes.count - 22 - 0xFFFF)...max(0, bytes.count - 22)
        guard let end = range.reversed().first(where: { bytes.number(at: $0, of: 4) == 0x0605_4B50 }),
            let count = bytes.number(at: end + 10, of: 2), var place = bytes.number(at: end + 16, of: 4)
        else { return nil }
        var entries: [Entry] = []
        for _ in 0..<count {
            guard let (entry, next) = Self.entry(at: place, in: bytes) else { return nil }
            entries.append(entry)
            place = next
        }
        self.entries = entries
    }

    private static func entry(at place: Int, in bytes: [UInt8]) -> (Entry, next: Int)? {
        guard bytes.number(at: place, of: 4) == 0x0201_4B50, let method = bytes.number(at: place + 10, of: 2),
            let checksum = bytes.number(at: place + 16, of: 4), let compressed = bytes.number(at: place + 20, of: 4),
            let size = bytes.number(at: place + 24, of: 4), let name = bytes.number(at: place + 28, of: 2),
            let extra = bytes.number(at: place + 30, of: 2), let comment = bytes.number(at: place + 32, of: 2),
            let local = bytes.number(at: place + 42, of: 4), bytes.number(at: local, of: 4) == 0x0403_4B50,
            let localName = bytes.number(at: local + 26, of: 2), let localExtra = bytes.number(at: local + 28, of: 2)
        else { return nil }
        let start = local + 30 + localName + localExtra
        guard start + compressed <= bytes.count, place + 46 + name <= bytes.count,
            size <= compressed * (method == 0 ? 1 : bestRatio) + 1024
        else { return nil }
        let entry = Entry(
            name: String(decoding: bytes[place + 46..<place + 46 + name], as: UTF8.self), method: method,
            checksum: UInt32(checksum), compressed: start..<start + compressed, size: size)
        return (entry, place + 46 + name + extra + comment)
    }

    /// What an entry holds; nil where it is damaged or packed in another way.
    func content(of entry: Entry) -> [UInt8]? {
        let packed = bytes[entry.compressed]
        let content: [UInt8]? =
            switch entry.method {
            case 0: packed.count == entry.size ? Array(packed) : nil
            case 8: Inflation.bytes(of: packed, size: entry.size)
            default: nil
            }
        return content.flatMap { CRC32.checksum(of: $0) == entry.checksum ? $0 : nil }
    }

    /// A file of entries that are stored as they are.
    static func bytes(of entries: [(name: String, content: [UInt8])]) -> [UInt8] {
        var (file, directory): ([UInt8], [UInt8]) = ([], [])
        for (name, content) in entries {
            let start = file.count
            var common: [UInt8] = []
            // Version 2.0, no flags, stored; 1 January 1980.
            for (value, size) in [(20, 2), (0, 2), (0, 2), (0, 2), (0x21, 2)] { common.append(value, of: size) }
            common.append(Int(CRC32.checksum(of: content)), of: 4)
            for _ in 0..<2 { common.append(content.count, of: 4) }
            common.append(name.utf8.count, of: 2)
            common.append(0, of: 2)
            file.append(0x0403_4B50, of: 4)
            file += common + Array(name.utf8) + content
            directory.append(0x0201_4B50, of: 4)
            directory.append(20, of: 2)
            directory += common
            for (value, size) in [(0, 2), (0, 2), (0, 2), (0, 4), (start, 4)] { directory.append(value, of: size) }
            directory += Array(name.utf8)
        }
        let start = file.count
        file += directory
        file.append(0x0605_4B50, of: 4)
        for (value, size) in [
            (0, 2), (0, 2), (entries.count, 2), (entries.count, 2), (directory.count, 4), (start, 4), (0, 2),
        ] { file.append(value, of: size) }
        return file
    }
}

extension [UInt8] {
    /// The number in so many bytes, the lowest first; nil where they are not there.
    func number(at place: Int, of size: Int) -> Int? {
        guard place >= 0, place + size <= count else { return nil }
        return self[place..<place + size].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    mutating func append(_ number: Int, of size: Int) {
        for byte in 0..<size { append(UInt8(truncatingIfNeeded: number >> (8 * byte))) }
    }
}
