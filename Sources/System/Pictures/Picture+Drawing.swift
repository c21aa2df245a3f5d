extension Picture {
    /// Each pixel as a square of `factor` × `factor`, with hard edges: a frame of 64 × 64 is to be seen, not smoothed.
    public func magnified(by factor: Int) -> Picture {
        var larger = Picture(width: width * factor, height: height * factor)
        for y in 0..<larger.height {
            for x in 0..<larger.width { larger[x, y] = self[x / factor, y / factor] }
        }
        return larger
    }

    /// Puts another picture into this one, which it must fit.
    public mutating func draw(_ other: Picture, x: Int, y: Int) {
        precondition(
            x >= 0 && y >= 0 && x + other.width <= width && y + other.height <= height,
            "a picture of \(other.width) × \(other.height) at (\(x), \(y)) of \(width) × \(height)")
        for row in 0..<other.height {
            let source = 3 * row * other.width
            let target = 3 * ((y + row) * width + x)
            pixels.replaceSubrange(
                target..<target + 3 * other.width, with: other.pixels[source..<source + 3 * other.width])
        }
    }

    /// Fills a rectangle, or what of it lies within.
    public mutating func fill(x: Range<Int>, y: Range<Int>, _ color: Color) {
        for y in y.clamped(to: 0..<height) {
            for x in x.clamped(to: 0..<width) { self[x, y] = color }
        }
    }

    /// Writes a line of text with its upper left corner at a place; what does not fit is cut off.
    /// - Parameter scale: pixels to a dot of the letters, which are 3 × 5 dots and 4 apart.
    public mutating func write(_ text: String, x: Int, y: Int, scale: Int = 1, _ color: Color) {
        for (position, letter) in text.enumerated() {
            for (row, bits) in Letters.rows(of: letter).enumerated() {
                for column in 0..<Letters.width where bits & (4 >> column) != 0 {
                    let (left, top) = (x + scale * (position * Letters.advance + column), y + scale * row)
                    fill(x: left..<left + scale, y: top..<top + scale, color)
                }
            }
        }
    }

    /// Height of a line of text, in pixels.
    public static func textHeight(scale: Int = 1) -> Int { Letters.height * scale }

    /// Width of a line of text, in pixels.
    public static func textWidth(_ text: String, scale: Int = 1) -> Int {
        max(0, text.count * Letters.advance - 1) * scale
    }
}
