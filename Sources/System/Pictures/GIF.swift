/// Animated GIF files (GIF89a) that repeat for ever: one palette for all frames, and of each frame what has changed.
public enum GIF {
    /// Index of the palette that leaves a pixel as it was.
    private static let transparent: UInt8 = 255

    /// - Parameters:
    ///   - frames: of one size, at least one.
    ///   - hundredths: of a second that each frame is shown, one for all or one each; viewers take less than 2 for 10.
    public static func encode(_ frames: [Picture], hundredths: [Int]) -> [UInt8] {
        let (width, height) = (frames[0].width, frames[0].height)
        precondition(
            frames.allSatisfy { $0.width == width && $0.height == height }
                && (hundredths.count == 1 || hundredths.count == frames.count),
            "\(frames.count) frames, not all of \(width) × \(height), with \(hundredths.count) times")
        let palette = Palette(frames, colors: Int(transparent))
        var file = Array("GIF89a".utf8) + littleEndian(width) + littleEndian(height) + [0xF7, 0, 0]
        for index in 0...Int(transparent) {
            let color = index < palette.colors.count ? palette.colors[index] : .black
            file += [color.red, color.green, color.blue]
        }
        file += [0x21, 0xFF, 11] + Array("NETSCAPE2.0".utf8) + [3, 1, 0, 0, 0]
        var shown: [UInt8]?
        for (number, frame) in frames.enumerated() {
            let indices = palette.indices(of: frame)
            append(
                Change(indices, since: shown, width: width), hundredths[min(number, hundredths.count - 1)], to: &file)
            shown = indices
        }
        return file + [0x3B]
    }

    /// The rectangle in which a frame differs from the one before, with what is the same in it left out.
    private struct Change {
        var x = 0..<1, y = 0..<1
        var indices: [UInt8]

        init(_ now: [UInt8], since before: [UInt8]?, width: Int) {
            let height = now.count / width
            guard let before else {
                (x, y, indices) = (0..<width, 0..<height, now)
                return
            }
            let changed = now.indices.filter { now[$0] != before[$0] }
            if let first = changed.first, let last = changed.last {
                y = first / width..<last / width + 1
                let columns = changed.map { $0 % width }
                x = (columns.min() ?? 0)..<(columns.max() ?? 0) + 1
            }
            indices = []
            indices.reserveCapacity(x.count * y.count)
            for row in y {
                for place in row * width + x.lowerBound..<row * width + x.upperBound {
                    indices.append(now[place] == before[place] ? transparent : now[place])
                }
            }
        }
    }

    private static func append(_ change: Change, _ hundredths: Int, to file: inout [UInt8]) {
        // Stays when the next one comes, and has a transparent colour.
        file += [0x21, 0xF9, 4, 0b101] + littleEndian(hundredths) + [transparent, 0]
        file += [0x2C] + littleEndian(change.x.lowerBound) + littleEndian(change.y.lowerBound)
        file += littleEndian(change.x.count) + littleEndian(change.y.count) + [0, 8]
        let codes = compressed(change.indices)
        for start in stride(from: 0, to: codes.count, by: 255) {
            let part = codes[start..<min(start + 255, codes.count)]
            file.append(UInt8(part.count))
            file += part
        }
        file.append(0)
    }

    private static func littleEndian(_ number: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt16(clamping: number).littleEndian, Array.init)
    }

    // MARK: Compression

    /// LZW with codes of 9 to 12 bits over an alphabet of 256.
    private static func compressed(_ indices: [UInt8]) -> [UInt8] {
        let (clear, end, codes) = (256, 257, 4096)
        var output = BitWriter()
        // The code of a text that is one letter longer than that of another code; 0 where there is none.
        var longer = [UInt16](repeating: 0, count: codes * 256)
        var (next, width) = (end + 1, 9)
        output.write(clear, width: width)
        var code = Int(indices[0])
        for letter in indices.dropFirst() {
            let place = code * 256 + Int(letter)
            if longer[place] != 0 {
                code = Int(longer[place])
                continue
            }
            output.write(code, width: width)
            code = Int(letter)
            if next < codes {
                longer[place] = UInt16(next)
                // The reader knows each code one step later than the writer.
                if next == 1 << width { width += 1 }
                next += 1
            } else {
                output.write(clear, width: width)
                for place in longer.indices { longer[place] = 0 }
                (next, width) = (end + 1, 9)
            }
        }
        output.write(code, width: width)
        if next == 1 << width && width < 12 { width += 1 }
        output.write(end, width: width)
        return output.finished()
    }
}
