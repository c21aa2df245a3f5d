/// A few colours that stand for all of some pictures: the very same where there are no more, else the means of boxes that
/// are halved where they have most to tell apart (median cut).
struct Palette {
    private(set) var colors: [Picture.Color] = []
    private var indexes: [Picture.Color: UInt8] = [:]
    /// Bits of each channel that are not told apart where there are too many colours.
    private var shift: UInt8 = 0

    /// - Parameter colors: how many there may be, at most 255.
    init(_ pictures: [Picture], colors limit: Int) {
        var counts = Self.counts(pictures, shift: 0)
        if counts.count <= limit {
            colors = counts.keys.sorted { Self.key($0) < Self.key($1) }
            for (index, color) in colors.enumerated() { indexes[color] = UInt8(index) }
            return
        }
        shift = 2
        counts = Self.counts(pictures, shift: shift)
        for (index, box) in Self.boxes(counts, limit).enumerated() {
            colors.append(box.mean(shift: shift))
            for (color, _) in box.colors { indexes[color] = UInt8(index) }
        }
    }

    /// The colour of each pixel.
    func indices(of picture: Picture) -> [UInt8] {
        var (last, index): (Picture.Color?, UInt8) = (nil, 0)
        return stride(from: 0, to: picture.pixels.count, by: 3).map { place in
            let color = Self.color(picture, place, shift)
            if color != last { (last, index) = (color, indexes[color] ?? 0) }
            return index
        }
    }

    private static func color(_ picture: Picture, _ place: Int, _ shift: UInt8) -> Picture.Color {
        let pixels = picture.pixels
        return Picture.Color(pixels[place] >> shift, pixels[place + 1] >> shift, pixels[place + 2] >> shift)
    }

    private static func counts(_ pictures: [Picture], shift: UInt8) -> [Picture.Color: Int] {
        var counts: [Picture.Color: Int] = [:]
        for picture in pictures {
            var (last, run): (Picture.Color?, Int) = (nil, 0)
            for place in stride(from: 0, to: picture.pixels.count, by: 3) {
                let color = color(picture, place, shift)
                if color != last {
                    if let last { counts[last, default: 0] += run }
                    (last, run) = (color, 0)
                }
                run += 1
            }
            if let last { counts[last, default: 0] += run }
        }
        return counts
    }

    private static func key(_ color: Picture.Color) -> Int {
        Int(color.red) << 16 | Int(color.green) << 8 | Int(color.blue)
    }

    // MARK: Median cut

    private struct Box {
        var colors: [(Picture.Color, count: Int)]

        /// The channel in which the colours lie furthest apart, and how far.
        var widest: (channel: Int, range: Int) {
            let ranges = (0..<3).map { channel in
                let values = colors.map { $0.0[channel] }
                return Int(values.max() ?? 0) - Int(values.min() ?? 0)
            }
            let best = ranges.indices.max { ranges[$0] < ranges[$1] } ?? 0
            return (best, ranges[best])
        }

        /// How much would be gained by halving it: far colours, many pixels. Rare colours count, too, as a ball is small.
        var worth: Double {
            let pixels = Double(colors.reduce(0) { $0 + $1.count })
            let range = Double(widest.range)
            return range * range * pixels.squareRoot()
        }

        func mean(shift: UInt8) -> Picture.Color {
            let pixels = colors.reduce(0) { $0 + $1.count }
            func mean(_ channel: Int) -> UInt8 {
                let sum = colors.reduce(0) { $0 + Int($1.0[channel]) * $1.count }
                // So that the darkest and the lightest stay what they are.
                let level = Double(sum) / Double(pixels) / Double(255 >> shift)
                return UInt8((255 * level).rounded())
            }
            return Picture.Color(mean(0), mean(1), mean(2))
        }

        /// Both halves, by pixels.
        func halves() -> (Box, Box) {
            let channel = widest.channel
            let sorted = colors.sorted { ($0.0[channel], key($0.0)) < ($1.0[channel], key($1.0)) }
            let half = sorted.reduce(0) { $0 + $1.count } / 2
            var (pixels, split) = (0, 0)
            while split < sorted.count - 1, pixels + sorted[split].count <= half || split == 0 {
                pixels += sorted[split].count
                split += 1
            }
            return (Box(colors: Array(sorted[..<split])), Box(colors: Array(sorted[split...])))
        }
    }

    private static func boxes(_ counts: [Picture.Color: Int], _ limit: Int) -> [Box] {
        let all = counts.sorted { key($0.key) < key($1.key) }.map { ($0.key, count: $0.value) }
        var boxes = [(box: Box(colors: all), worth: 1.0)]
        while boxes.count < limit, let index = boxes.indices.max(by: { boxes[$0].worth < boxes[$1].worth }),
            boxes[index].box.colors.count > 1, boxes[index].worth > 0
        {
            let (low, high) = boxes.remove(at: index).box.halves()
            boxes += [low, high].map { ($0, $0.colors.count > 1 ? $0.worth : 0) }
        }
        return boxes.map(\.box)
    }
}

extension Picture.Color {
    /// Red, green or blue.
    fileprivate subscript(channel: Int) -> UInt8 { channel == 0 ? red : channel == 1 ? green : blue }
}
