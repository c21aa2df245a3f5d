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

    /// Positions of one image on the coarser side: rows of the column matrix.
    var positions: Int { height / 2 * (width / 2) }
    /// Values that the kernel covers at one position: columns of the column matrix.
    var window: Int { 16 * fine }
    /// Values of one image on the finer side.
    var pixels: Int { height * width * fine }
    /// Images whose column matrix stays in the cache while a product reads it.
    var chunk: Int { max(1, 96_000 / (positions * window)) }
    /// Values of a chunk's column matrix and one image.
    var room: Int { chunk * positions * window + pixels }
}

/// What a convolution reads: floats that may want a gradient, or bytes taken as x / 255 − 0.5.
enum ConvolutionInput: BitwiseCopyable {
    case variable(Variable)
    case bytes(UnsafePointer<UInt8>)

    /// - Parameter columns: room for the column matrix and, behind it, for one image.
    func columns(_ shape: ConvolutionShape, _ image: Int, _ count: Int, into columns: UnsafeMutablePointer<Float>) {
        switch self {
        case .variable(let x):
            dk_im2col(count, shape.height, shape.width, shape.fine, x.value.data + image * shape.pixels, columns)
        case .bytes(let x):
            dk_im2col_bytes(
                count, shape.height, shape.width, shape.fine, x + image * shape.pixels, columns,
                columns + shape.chunk * shape.positions * shape.window)
        }
    }
}

extension Tape {
    /// Convolution of images [images · height · width, fine] with a weight [16 · fine, coarse] into
    /// [images · height/2 · width/2, coarse].
    public func convolve(_ x: Variable, _ weight: Parameter, _ shape: ConvolutionShape) -> Variable {
        convolve(.variable(x), weight, shape, tracked: x.isTracked || trains(weight))
    }

    /// The same from bytes, taken as x / 255 − 0.5.
    public func convolve(_ x: Bytes, _ weight: Parameter, _ shape: ConvolutionShape) -> Variable {
        precondition(x.count == shape.images * shape.pixels, "\(x.count) bytes are not \(shape.images) images")
        return convolve(.bytes(x.data), weight, shape, tracked: trains(weight))
    }

    private func convolve(
        _ x: ConvolutionInput, _ weight: Parameter, _ shape: ConvolutionShape, tracked: Bool
    ) -> Variable {
        let y = variable(shape.images * shape.positions, shape.coarse, tracked: tracked)
        eachChunk(shape) { columns, image, count in
            x.columns(shape, image, count, into: columns)
            Tensors.multiply(
                count * shape.positions, shape.coarse, shape.window, Operand(columns, stride: shape.window),
                Operand(weight.value.data, stride: shape.coarse), beta: 0,
                y.value.data + image * shape.positions * shape.coarse, stride: shape.coarse)
        }
        if tracked { record(ConvolutionOperation(x: x, weight: weight, shape: shape, y: y, trains: trains(weight))) }
        return y
    }

    /// Transposed convolution of images [images · height/2 · width/2, coarse] with a weight [coarse, 16 · fine] into
    /// [images · height · width, fine], every output starting at `constant` plus the bias, where there is one.
    public func convolveTransposed(
        _ x: Variable, _ weight: Parameter, bias: Parameter?, constant: Float = 0, _ shape: ConvolutionShape
    ) -> Variable {
        let y = variable(shape.images * shape.height * shape.width, shape.fine, tracked: x.isTracked || trains(weight))
        eachChunk(shape) { columns, image, count in
            let output = y.value.data + image * shape.pixels
            output.update(repeating: constant, count: count * shape.pixels)
            if let bias { dk_add_rows(count * shape.height * shape.width, shape.fine, bias.value.data, output) }
            Tensors.multiply(
                count * shape.positions, shape.window, shape.coarse,
                Operand(x.value.data + image * shape.positions * shape.coarse, stride: shape.coarse),
                Operand(weight.value.data, stride: shape.window), beta: 0, columns, stride: shape.window)
            dk_col2im(count, shape.height, shape.width, shape.fine, columns, output)
        }
        if y.isTracked {
            record(
                TransposedConvolutionOperation(
                    x: x, weight: weight, bias: bias, shape: shape, y: y, trains: trains(weight)))
        }
        return y
    }

    /// Runs `body(columns, image, count)` over all images, a few at a time, with room for their column matrix.
    private func eachChunk(
        _ shape: ConvolutionShape, _ body: (_ columns: UnsafeMutablePointer<Float>, _ image: Int, _ count: Int) -> Void
    ) {
        let size = shape.room
        let mark = scratch.mark
        defer { scratch.rewind(to: mark) }
        let columns = scratch.allocate(Float.self, size * pool.threads)
        pool.run(shape.images) { part, lo, hi in
            for image in stride(from: lo, to: hi, by: shape.chunk) {
                body(columns + part * size, image, min(shape.chunk, hi - image))
            }
        }
    }

    /// The same, with the sum of each thread's `width` values added to `sums`.
    fileprivate func eachChunk(
        _ shape: ConvolutionShape, width: Int, into sums: UnsafeMutablePointer<Float>,
        _ body: (
            _ columns: UnsafeMutablePointer<Float>, _ partial: UnsafeMutablePointer<Float>, _ image: Int, _ count: Int
        ) -> Void
    ) {
        let size = shape.room
        let mark = scratch.mark
        defer { scratch.rewind(to: mark) }
        let columns = scratch.allocate(Float.self, size * pool.threads)
        let partials = scratch.zeros(width * pool.threads)
        pool.run(shape.images) { part, lo, hi in
            for image in stride(from: lo, to: hi, by: shape.chunk) {
                body(columns + part * size, partials + part * width, image, min(shape.chunk, hi - image))
            }
        }
        for part in 0..<pool.parts(shape.images, grain: 1) { dk_add(width, partials + part * width, sums) }
    }
}

private struct ConvolutionOperation: Operation {
    let x: ConvolutionInput
    let weight: Parameter
    let shape: ConvolutionShape
    let y: Variable
    let trains: Bool

    /// dW += columnsᵀ dy; dx += the columns dy Wᵀ put back in place.
    func backward(on tape: Tape) {
        guard let output = tape.incoming(y) else { return }
        var input: UnsafeMutablePointer<Float>?
        if case .variable(let x) = x { input = tape.gradient(x) }
        let (positions, window, coarse) = (shape.positions, shape.window, shape.coarse)
        tape.eachChunk(shape, width: trains ? window * coarse : 0, into: weight.gradient.data) {
            columns, partial, image, count in
            let dy = Operand(output + image * positions * coarse, stride: coarse)
            if trains {
                x.columns(shape, image, count, into: columns)
                multiply(
                    window, coarse, count * positions, Operand(columns, stride: window, transposed: true), dy, beta: 1,
                    partial, stride: coarse)
            }
            if let input {
                multiply(
                    count * positions, window, coarse, dy,
                    Operand(weight.value.data, stride: coarse, transposed: true), beta: 0, columns, stride: window)
                dk_col2im(count, shape.height, shape.width, shape.fine, columns, input + image * shape.pixels)
            }
        }
    }
}

private struct TransposedConvolutionOperation: Operation {
    let x: Variable
    let weight: Parameter
    let bias: Parameter?
    let shape: ConvolutionShape
    let y: Variable
    let trains: Bool

    /// With columns gathered from dy: dx += columns Wᵀ, dW += xᵀ columns, dbias += the sum of dy.
    func backward(on tape: Tape) {
        guard let output = tape.incoming(y) else { return }
        let input = tape.gradient(x)
        let (positions, window, coarse) = (shape.positions, shape.window, shape.coarse)
        tape.eachChunk(shape, width: trains ? window * coarse : 0, into: weight.gradient.data) {
            columns, partial, image, count in
            dk_im2col(count, shape.height, shape.width, shape.fine, output + image * shape.pixels, columns)
            let gathered = Operand(columns, stride: window)
            if trains {
                multiply(
                    coarse, window, count * positions,
                    Operand(x.value.data + image * positions * coarse, stride: coarse, transposed: true), gathered,
                    beta: 1, partial, stride: window)
            }
            if let input {
                multiply(
                    count * positions, coarse, window, gathered,
                    Operand(weight.value.data, stride: window, transposed: true), beta: 1,
                    input + image * positions * coarse, stride: coarse)
            }
        }
        guard trains, let bias else { return }
        tape.reduce(shape.images, grain: 1, width: shape.fine, into: bias.gradient.data) { partial, lo, hi in
            dk_sum_rows(
                (hi - lo) * shape.height * shape.width, shape.fine, output + lo * shape.pixels, partial)
        }
    }
}
