/// An image of red, green and blue bytes, row after row.
public struct Picture: Sendable, Equatable {
    /// Red, green and blue.
    public struct Color: Sendable, Hashable {
        public var red, green, blue: UInt8

        public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
            (self.red, self.green, self.blue) = (red, green, blue)
        }

        public static let black = Color(0, 0, 0)
        public static let white = Color(255, 255, 255)
    }

    public let width: Int
    public let height: Int
    /// [height, width, 3].
    public internal(set) var pixels: [UInt8]

    /// One colour everywhere.
    public init(width: Int, height: Int, _ color: Color = .black) {
        precondition(width > 0 && height > 0, "a picture of \(width) × \(height)")
        (self.width, self.height) = (width, height)
        pixels = []
        pixels.reserveCapacity(3 * width * height)
        for _ in 0..<width * height { pixels += [color.red, color.green, color.blue] }
    }

    /// What an environment shows. Of more than three channels the first three are seen, of fewer the first as grey.
    /// - Parameter frame: bytes [height, width, channels].
    public init(frame: [UInt8], width: Int, height: Int, channels: Int) {
        precondition(
            channels > 0 && frame.count == width * height * channels,
            "\(frame.count) bytes for a frame of \(width) × \(height) × \(channels)")
        (self.width, self.height) = (width, height)
        if channels == 3 {
            pixels = frame
            return
        }
        pixels = (0..<width * height).flatMap { pixel in
            let values = frame[pixel * channels..<(pixel + 1) * channels]
            return channels > 3 ? Array(values.prefix(3)) : Array(repeating: frame[pixel * channels], count: 3)
        }
    }

    /// The colour at a place within the picture.
    public subscript(x: Int, y: Int) -> Color {
        get {
            let place = offset(x, y)
            return Color(pixels[place], pixels[place + 1], pixels[place + 2])
        }
        set {
            let place = offset(x, y)
            (pixels[place], pixels[place + 1], pixels[place + 2]) = (newValue.red, newValue.green, newValue.blue)
        }
    }

    private func offset(_ x: Int, _ y: Int) -> Int {
        precondition(x >= 0 && x < width && y >= 0 && y < height, "pixel (\(x), \(y)) of \(width) × \(height)")
        return 3 * (y * width + x)
    }
}
