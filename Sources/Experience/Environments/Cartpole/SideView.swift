import Experience

/// Draws shapes that are given in metres, x to the right and y upwards from the picture's middle. A pixel that a shape
/// covers in part takes part of its colour, so that the smallest motion changes the picture.
struct SideView {
    private let shape: ImageShape
    /// Pixels per metre.
    private let scale: Double

    /// - Parameter reach: metres from the middle to the nearest border.
    init(_ shape: ImageShape, reach: Double) {
        precondition(shape.channels == 3, "a picture of \(shape.channels) channels has no colours")
        self.shape = shape
        scale = Double(min(shape.height, shape.width)) / (2 * reach)
    }

    /// Fills a box whose sides are parallel to the picture's.
    func fillBox(_ pixels: inout [UInt8], x: ClosedRange<Double>, y: ClosedRange<Double>, _ color: Color) {
        let (left, right) = (column(x.lowerBound), column(x.upperBound))
        let (top, bottom) = (row(y.upperBound), row(y.lowerBound))
        blend(&pixels, rows: top...bottom, columns: left...right, color) { row, column in
            overlap(row, top, bottom) * overlap(column, left, right)
        }
    }

    /// Fills all that is within `radius` of a line. The borders are those of a shape that fades out over one pixel.
    func fillCapsule(
        _ pixels: inout [UInt8], from start: (x: Double, y: Double), to end: (x: Double, y: Double), radius: Double,
        _ color: Color
    ) {
        let (x0, y0, x1, y1) = (column(start.x), row(start.y), column(end.x), row(end.y))
        let (dx, dy) = (x1 - x0, y1 - y0)
        let reach = radius * scale + 0.5
        let length = max(dx * dx + dy * dy, .leastNonzeroMagnitude)
        blend(
            &pixels, rows: min(y0, y1) - reach...max(y0, y1) + reach,
            columns: min(x0, x1) - reach...max(x0, x1) + reach, color
        ) { row, column in
            let (x, y) = (Double(column) + 0.5 - x0, Double(row) + 0.5 - y0)
            let along = min(max((x * dx + y * dy) / length, 0), 1)
            let (offX, offY) = (x - along * dx, y - along * dy)
            return min(max(reach - (offX * offX + offY * offY).squareRoot(), 0), 1)
        }
    }

    /// Pixels from the left and the upper border.
    private func column(_ x: Double) -> Double { Double(shape.width) / 2 + x * scale }
    private func row(_ y: Double) -> Double { Double(shape.height) / 2 - y * scale }

    /// The share of pixel `index` between `low` and `high`.
    private func overlap(_ index: Int, _ low: Double, _ high: Double) -> Double {
        max(min(Double(index + 1), high) - max(Double(index), low), 0)
    }

    /// Mixes `color` into the pixels of a part of the picture.
    /// - Parameter coverage: the share of the pixel at a row and a column that takes the colour, from 0 to 1.
    @inline(__always)
    private func blend(
        _ pixels: inout [UInt8], rows: ClosedRange<Double>, columns: ClosedRange<Double>, _ color: Color,
        coverage: (_ row: Int, _ column: Int) -> Double
    ) {
        let columns = Self.pixels(columns, shape.width)
        var span = pixels.mutableSpan
        for row in Self.pixels(rows, shape.height) {
            for column in columns {
                let share = coverage(row, column)
                guard share > 0 else { continue }
                let offset = (row * shape.width + column) * 3
                span[offset] = Self.mix(span[offset], color.red, share)
                span[offset + 1] = Self.mix(span[offset + 1], color.green, share)
                span[offset + 2] = Self.mix(span[offset + 2], color.blue, share)
            }
        }
    }

    /// The pixels that a range touches, of `count`.
    private static func pixels(_ range: ClosedRange<Double>, _ count: Int) -> Range<Int> {
        let low = min(max(range.lowerBound.rounded(.down), 0), Double(count))
        let high = min(max(range.upperBound.rounded(.up), low), Double(count))
        return Int(low)..<Int(high)
    }

    private static func mix(_ old: UInt8, _ new: UInt8, _ share: Double) -> UInt8 {
        UInt8((Double(old) + (Double(new) - Double(old)) * share).rounded())
    }
}
