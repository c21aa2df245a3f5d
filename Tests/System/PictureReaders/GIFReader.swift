import Pictures

/// Plays what `GIF` writes.
package enum GIFReader {
    /// The frames as they are seen.
    package static func frames(_ file: [UInt8]) -> [Picture] {
        let palette = (0..<256).map { Picture.Color(file[13 + 3 * $0], file[14 + 3 * $0], file[15 + 3 * $0]) }
        func number(_ at: Int) -> Int { Int(file[at]) | Int(file[at + 1]) << 8 }
        var place = 13 + 768
        var (shown, frames) = (Picture(width: number(6), height: number(8)), [Picture]())
        func blocks() -> [UInt8] {
            var data: [UInt8] = []
            while file[place] > 0 {
                data += file[place + 1...place + Int(file[place])]
                place += 1 + Int(file[place])
            }
            place += 1
            return data
        }
        while file[place] != 0x3B {
            if file[place] == 0x21 {
                place += 2
                _ = blocks()
                continue
            }
            let (x, y, w) = (number(place + 1), number(place + 3), number(place + 5))
            place += 11
            for (index, color) in decompress(blocks()).enumerated() where color != 255 {
                shown[x + index % w, y + index / w] = palette[Int(color)]
            }
            frames.append(shown)
        }
        return frames
    }

    private static func decompress(_ data: [UInt8]) -> [UInt8] {
        var reader = BitReader(bytes: data)
        var (texts, width, before): ([[UInt8]], Int, [UInt8]?) = ([], 9, nil)
        var output: [UInt8] = []
        while true {
            let code = reader.read(width)
            if code == 257 { return output }
            if code == 256 {
                (texts, width, before) = ((0..<258).map { [UInt8(truncatingIfNeeded: $0)] }, 9, nil)
                continue
            }
            let text = code < texts.count ? texts[code] : before! + [before![0]]
            if let before, texts.count < 4096 { texts.append(before + [text[0]]) }
            if texts.count == 1 << width, width < 12 { width += 1 }
            output += text
            before = text
        }
    }
}
