import Experience

/// One RGB colour.
package struct Color: Sendable, Equatable {
    package var red: UInt8
    package var green: UInt8
    package var blue: UInt8

    package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }
}

/// Draws boards of equal blocks: each block is the largest that fits a whole number of pixels, and the board is
/// centred in the image. Blocks of a board that is not square are not square either, so that it fills the image.
package struct BlockGrid: Sendable {
    package static let background = Color(16, 16, 24)
    package static let frame = Color(56, 56, 64)

    package let shape: ImageShape
    /// Pixels of one block.
    package let blockHeight: Int
    package let blockWidth: Int
    /// Pixels above and left of the board.
    package let top: Int
    package let left: Int
    /// The picture of an empty board [height, width, 3].
    package let empty: [UInt8]

    package init(rows: Int, columns: Int, shape: ImageShape) {
        precondition(
            shape.channels == 3 && shape.height >= rows && shape.width >= columns,
            "a board of \(rows)×\(columns) does not fit an image of \(shape)")
        self.shape = shape
        blockHeight = shape.height / rows
        blockWidth = shape.width / columns
        top = (shape.height - rows * blockHeight) / 2
        left = (shape.width - columns * blockWidth) / 2
        var pixels = [UInt8](repeating: 0, count: shape.count)
        Self.fill(&pixels, shape, 0..<shape.height, 0..<shape.width, Self.frame)
        Self.fill(
            &pixels, shape, top..<top + rows * blockHeight, left..<left + columns * blockWidth, Self.background)
        empty = pixels
    }

    /// Fills the block at `row` and `column` of a picture that started as `empty`.
    package func fill(_ pixels: inout [UInt8], row: Int, column: Int, _ color: Color) {
        let y = top + row * blockHeight
        let x = left + column * blockWidth
        Self.fill(&pixels, shape, y..<y + blockHeight, x..<x + blockWidth, color)
    }

    /// Fills `height` × `width` pixels in the middle of the block at `row` and `column`.
    package func fillMiddle(
        _ pixels: inout [UInt8], row: Int, column: Int, height: Int, width: Int, _ color: Color
    ) {
        let y = top + row * blockHeight + (blockHeight - height) / 2
        let x = left + column * blockWidth + (blockWidth - width) / 2
        Self.fill(&pixels, shape, y..<y + height, x..<x + width, color)
    }

    private static func fill(
        _ pixels: inout [UInt8], _ shape: ImageShape, _ rows: Range<Int>, _ columns: Range<Int>, _ color: Color
    ) {
        var span = pixels.mutableSpan
        for y in rows {
            var offset = (y * shape.width + columns.lowerBound) * 3
            for _ in columns {
                span[offset] = color.red
                span[offset + 1] = color.green
                span[offset + 2] = color.blue
                offset += 3
            }
        }
    }
}
