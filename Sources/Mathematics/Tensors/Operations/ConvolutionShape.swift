import CKernels

/// The geometry of a convolution with a 4×4 kernel, stride 2 and padding 1, or of its transpose: `height` × `width` is
/// the finer side, channels last, the coarser side is half as high and wide.
public struct ConvolutionShape: BitwiseCopyable {
    public let images: Int
    public let height: Int
    public let width: Int
    /// Channels of the finer side.
    public let fine: Int
    /// Channels of the coarser side.
    public let coarse: Int

    public init(images: Int, height: Int, width: Int, fine: Int, coarse: Int) {
        self.images = images
        self.height = height
        self.width = width
        self.fine = fine
        self.coarse = coarse
    }

    /// One side of the images: rows of `row` values, with `border` zeros at both ends once it is padded.
    struct Side {
        let height: Int
        let row: Int
        let border: Int

        var values: Int { height * row }
        var paddedRow: Int { row + 2 * border }
        var paddedValues: Int { (height + 2) * paddedRow }
        /// Images that stay in the cache once they are padded, and positions enough to fill the registers' tiles.
        var chunk: Int { max(1, 48_000 / paddedValues) }
    }

    var fineSide: Side { Side(height: height, row: width * fine, border: fine) }
    var coarseSide: Side { Side(height: height / 2, row: width / 2 * coarse, border: coarse) }

    /// Positions of one image on the coarser side.
    var positions: Int { height / 2 * (width / 2) }
    /// Values that the kernel covers at one position.
    var window: Int { 16 * fine }
    /// Multiply-adds of one product, forward or of either gradient.
    package var multiplyAdds: Int { images * positions * window * coarse }

    /// The 4×4 window of the padded finer side at every position of the coarser side.
    func gathering(_ count: Int) -> dk_windows {
        let side = fineSide
        return dk_windows(
            images: count, rows: height / 2, columns: width / 2,
            x_image: side.paddedValues, x_row: 2 * side.paddedRow, x_column: 2 * fine,
            y_image: coarseSide.values, y_row: coarseSide.row, y_column: coarse,
            runs: 4, length: 4 * fine, run_stride: side.paddedRow, n: coarse)
    }

    /// The 2×2 window of the padded coarser side that a pixel of the finer side depends on, for every second pixel of
    /// every second row: pixels of other parity have windows of their own.
    func scattering(_ count: Int) -> dk_windows {
        let side = coarseSide
        return dk_windows(
            images: count, rows: height / 2, columns: width / 2,
            x_image: side.paddedValues, x_row: side.paddedRow, x_column: coarse,
            y_image: fineSide.values, y_row: 2 * fineSide.row, y_column: 2 * fine,
            runs: 2, length: 2 * coarse, run_stride: side.paddedRow, n: fine)
    }
}

/// A 4×4 kernel in memory: distances between the taps of its window, the finer side's channels and the coarser's.
struct ConvolutionKernel: BitwiseCopyable {
    let parameter: Parameter
    let tap: Int
    let fine: Int
    let coarse: Int

    /// Of a convolution, [16 · fine, coarse].
    init(convolution parameter: Parameter, _ shape: ConvolutionShape) {
        precondition(
            parameter.rows == shape.window && parameter.columns == shape.coarse,
            "a kernel [\(parameter.rows), \(parameter.columns)], not [\(shape.window), \(shape.coarse)]")
        (self.parameter, tap, fine, coarse) = (parameter, shape.fine * shape.coarse, shape.coarse, 1)
    }

    /// Of a transposed convolution, [coarse, 16 · fine].
    init(transposed parameter: Parameter, _ shape: ConvolutionShape) {
        precondition(
            parameter.rows == shape.coarse && parameter.columns == shape.window,
            "a kernel [\(parameter.rows), \(parameter.columns)], not [\(shape.coarse), \(shape.window)]")
        (self.parameter, tap, fine, coarse) = (parameter, shape.fine, 1, shape.window)
    }

    /// Values of a packed matrix [rows, columns].
    static func room(_ rows: Int, _ columns: Int) -> Int { rows * ((columns + 7) & ~7) }

    /// The matrix [16 · fine, coarse] that `gathering` windows meet.
    func packGathering(_ shape: ConvolutionShape, into packed: UnsafeMutablePointer<Float>) {
        for index in 0..<16 {
            dk_window_pack(
                shape.window, index * shape.fine, shape.fine, shape.coarse, parameter.value.data + index * tap, fine,
                coarse, packed)
        }
    }

    /// The matrix [4 · coarse, fine] that `scattering` windows of pixels (2a + y, 2b + x) meet: the taps that reach
    /// them from their two by two positions.
    func packScattering(_ shape: ConvolutionShape, y: Int, x: Int, into packed: UnsafeMutablePointer<Float>) {
        for (index, (row, column)) in [(0, 0), (0, 1), (1, 0), (1, 1)].enumerated() {
            let at = (3 - y - 2 * row) * 4 + 3 - x - 2 * column
            dk_window_pack(
                4 * shape.coarse, index * shape.coarse, shape.coarse, shape.fine, parameter.value.data + at * tap,
                coarse, fine, packed)
        }
    }

    /// Adds a gradient [16 · fine, coarse], of `channels` of the coarser side.
    func addGradient(_ sums: UnsafePointer<Float>, _ shape: ConvolutionShape, channels: Range<Int>) {
        let target = parameter.gradient.data
        if coarse == 1 {
            for index in 0..<shape.window {
                let at = index * shape.coarse + channels.lowerBound
                dk_add(channels.count, sums + at, target + at)
            }
            return
        }
        for channel in channels {
            for index in 0..<shape.window {
                target[channel * shape.window + index] += sums[index * shape.coarse + channel]
            }
        }
    }
}
