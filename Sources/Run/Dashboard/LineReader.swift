import Files

/// Reads a file that grows, line by line.
struct LineReader {
    private static let blockBytes = 1 << 20
    /// What is longer is no line of a program's.
    private static let longestLine = 1 << 20

    private let path: String
    private var offset = 0
    /// The beginning of a line whose end has not been written yet.
    private var rest: [UInt8] = []

    init(_ path: String) { self.path = path }

    /// Hands over the lines that are there and were not read before. A file that has become shorter is another one, and is
    /// read from its beginning.
    /// - Parameters:
    ///   - end: bytes from the beginning that are read at most.
    ///   - isNew: called where the file is read from its beginning again.
    mutating func readLines(upTo end: Int = .max, isNew: () -> Void = {}, _ take: (ArraySlice<UInt8>) -> Void) {
        guard let file = try? OpenFile(path, for: .reading) else { return }
        if file.count < offset {
            (offset, rest) = (0, [])
            isNew()
        }
        while offset < end, let block = try? file.read(min(Self.blockBytes, end - offset), at: offset), !block.isEmpty {
            offset += block.count
            takeLines(of: block, take)
        }
    }

    private mutating func takeLines(of block: [UInt8], _ take: (ArraySlice<UInt8>) -> Void) {
        rest += block
        guard let last = rest.lastIndex(of: UInt8(ascii: "\n")) else {
            if rest.count > Self.longestLine { rest = [] }
            return
        }
        for line in rest[..<last].split(separator: UInt8(ascii: "\n")) { take(line) }
        rest.removeFirst(last + 1)
    }
}
