import Files

/// Makes a file of measurements smaller without cutting its curves: of each kind, about half of the lines stay, and those at
/// equal distances in time, so that a run has the same resolution from its beginning to its end.
enum LineThinning {
    /// Replaces the file by one with at most `bytes` bytes, as a whole: after a crash there is the old one or the new one.
    static func thin(_ path: String, to bytes: Int) throws(FileError) {
        var spacing = LineSpacing()
        try forEachLine(of: path) { spacing.count(MetricsLine($0)) }
        spacing.begin()
        var size = try filter(path) { spacing.keeps(MetricsLine($0)) }
        // Lines that all happened at once, or hardly anything but what is always kept.
        while size > bytes {
            var count = 0
            size = try filter(path) { _ in
                count += 1
                return count % 2 == 1
            }
        }
    }

    /// Leaves out lines.
    /// - Returns: the bytes that are left.
    private static func filter(
        _ path: String, keeping isKept: (ArraySlice<UInt8>) -> Bool
    ) throws(FileError) -> Int {
        let target = try OpenFile(path + ".partial", for: .replacing)
        var kept: [UInt8] = []
        try forEachLine(of: path) { (line) throws(FileError) in
            guard isKept(line) else { return }
            kept += line
            kept.append(UInt8(ascii: "\n"))
            guard kept.count > 1 << 20 else { return }
            try target.write(kept)
            kept.removeAll(keepingCapacity: true)
        }
        try target.write(kept)
        try target.synchronize(wholly: true)
        let size = target.count
        try DurableFile.rename(path + ".partial", to: path)
        return size
    }

    /// - Parameter body: gets each line, without its end.
    private static func forEachLine(
        of path: String, _ body: (ArraySlice<UInt8>) throws(FileError) -> Void
    ) throws(FileError) {
        let file = try OpenFile(path, for: .reading)
        var rest: [UInt8] = []
        while true {
            let part = try file.read(1 << 20)
            rest += part
            let end = part.isEmpty ? rest.count : rest.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            for line in rest[..<end].split(separator: UInt8(ascii: "\n")) { try body(line) }
            rest.removeFirst(end)
            if part.isEmpty { return }
        }
    }
}
