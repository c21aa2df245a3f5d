import Experience
import Numbers

/// Patterns of random colours.
enum Texture {
    /// Channels below this are darker than what games draw before a pattern.
    static let brightness = 128

    /// Soft patches that continue over the borders: an image [height, width, 3].
    /// - Parameters:
    ///   - count: patches in each direction.
    ///   - strength: each channel is below this.
    static func patches(_ shape: ImageShape, count: Int, strength: Int, seed: UInt64) -> [UInt8] {
        let corners = colors(count * count, strength: strength, seed: seed)
        return pixels(shape) { row, column in
            let y = Double(row * count) / Double(shape.height)
            let x = Double(column * count) / Double(shape.width)
            let (top, left) = (Int(y), Int(x))
            let (bottom, right) = ((top + 1) % count, (left + 1) % count)
            let upper = mix(corners[top * count + left], corners[top * count + right], x - Double(left))
            let lower = mix(corners[bottom * count + left], corners[bottom * count + right], x - Double(left))
            return mix(upper, lower, y - Double(top))
        }
    }

    private static func colors(_ count: Int, strength: Int, seed: UInt64) -> [Color] {
        var random = SplitMix64(seed: seed)
        func channel() -> UInt8 { UInt8(random.below(strength)) }
        return (0..<count).map { _ in Color(channel(), channel(), channel()) }
    }

    private static func mix(_ first: Color, _ second: Color, _ share: Double) -> Color {
        func channel(_ first: UInt8, _ second: UInt8) -> UInt8 {
            UInt8((Double(first) * (1 - share) + Double(second) * share).rounded())
        }
        return Color(
            channel(first.red, second.red), channel(first.green, second.green), channel(first.blue, second.blue))
    }

    private static func pixels(_ shape: ImageShape, color: (_ row: Int, _ column: Int) -> Color) -> [UInt8] {
        var pixels: [UInt8] = []
        pixels.reserveCapacity(shape.count)
        for row in 0..<shape.height {
            for column in 0..<shape.width {
                let color = color(row, column)
                pixels += [color.red, color.green, color.blue]
            }
        }
        return pixels
    }
}
