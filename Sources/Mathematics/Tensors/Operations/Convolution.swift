import CKernels

/// Images that a convolution reads: floats that may want a gradient, or bytes taken as x / 255 − 0.5.
enum ConvolutionInput: BitwiseCopyable {
    case variable(Variable)
    case bytes(UnsafePointer<UInt8>)

    /// Images `image`..<`image + count` with a border of zeros.
    func pad(_ side: ConvolutionShape.Side, _ image: Int, _ count: Int, into padded: UnsafeMutablePointer<Float>) {
        let at = image * side.values
        switch self {
        case .variable(let x): dk_pad(count, side.height, side.row, side.border, x.value.data + at, padded)
        case .bytes(let x): dk_pad_bytes(count, side.height, side.row, side.border, x + at, padded)
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
        precondition(
            x.count == shape.images * shape.fineSide.values, "\(x.count) bytes are not \(shape.images) images")
        return convolve(.bytes(x.data), weight, shape, tracked: trains(weight))
    }

    private func convolve(
        _ x: ConvolutionInput, _ weight: Parameter, _ shape: ConvolutionShape, tracked: Bool
    ) -> Variable {
        let y = variable(shape.images * shape.positions, shape.coarse, tracked: tracked)
        let kernel = ConvolutionKernel(convolution: weight, shape)
        gather(x, kernel, shape, into: y.value.data, accumulate: false)
        if tracked { record(ConvolutionOperation(x: x, kernel: kernel, shape: shape, y: y, trains: trains(weight))) }
        return y
    }

    /// Transposed convolution of images [images · height/2 · width/2, coarse] with a weight [coarse, 16 · fine] into
    /// [images · height · width, fine], every output starting at `constant` plus the bias, where there is one.
    public func convolveTransposed(
        _ x: Variable, _ weight: Parameter, bias: Parameter?, constant: Float = 0, _ shape: ConvolutionShape
    ) -> Variable {
        let y = variable(shape.images * shape.height * shape.width, shape.fine, tracked: x.isTracked || trains(weight))
        let kernel = ConvolutionKernel(transposed: weight, shape)
        let mark = scratch.mark
        defer { scratch.rewind(to: mark) }
        let initial = scratch.zeros(shape.fine + 8)
        compute { for channel in 0..<shape.fine { initial[channel] = constant + (bias?.value[channel] ?? 0) } }
        scatter(x.value.data, kernel, shape, initial: initial, into: y.value.data, accumulate: false)
        if y.isTracked {
            record(
                TransposedConvolutionOperation(
                    x: x, kernel: kernel, bias: bias, shape: shape, y: y, trains: trains(weight)))
        }
        return y
    }

    // MARK: The three products

    private func count(_ shape: ConvolutionShape) {
        work.add(multiplyAdds: shape.multiplyAdds, operations: 2 * shape.executedMultiplyAdds)
    }

    /// From the finer to the coarser side: a convolution, or the input gradient of its transpose.
    fileprivate func gather(
        _ x: ConvolutionInput, _ kernel: ConvolutionKernel, _ shape: ConvolutionShape,
        into y: UnsafeMutablePointer<Float>, accumulate: Bool
    ) {
        count(shape)
        guard computes else { return }
        if shape.usesTiles { return gatherTiles(x, kernel, shape, into: y, accumulate: accumulate) }
        let mark = scratch.mark
        defer { scratch.rewind(to: mark) }
        let packed = packedForGathering(kernel, shape)
        eachPadded(x, shape.fineSide, shape.images, chunk: shape.fineSide.chunk) { _, padded, image, count in
            var windows = shape.gathering(count)
            dk_window_product(&windows, padded, packed, nil, accumulate ? 1 : 0, y + image * shape.coarseSide.values)
        }
    }

    private func packedForGathering(_ kernel: ConvolutionKernel, _ shape: ConvolutionShape) -> UnsafePointer<Float> {
        let room = ConvolutionKernel.room(shape.window, shape.coarse)
        guard let packedKernels else {
            let packed = scratch.allocate(Float.self, room)
            kernel.packGathering(shape, into: packed)
            return UnsafePointer(packed)
        }
        return packedKernels.packed(kernel.parameter, room) { kernel.packGathering(shape, into: $0) }
    }

    /// From the coarser to the finer side: a transposed convolution, or the input gradient of a convolution.
    fileprivate func scatter(
        _ x: UnsafeMutablePointer<Float>, _ kernel: ConvolutionKernel, _ shape: ConvolutionShape,
        initial: UnsafePointer<Float>?, into y: UnsafeMutablePointer<Float>, accumulate: Bool
    ) {
        count(shape)
        guard computes else { return }
        let input = ConvolutionInput.variable(
            .constant(Tensor(x, rows: shape.images * shape.positions, columns: shape.coarse)))
        if shape.usesTiles {
            return scatterTiles(input, kernel, shape, initial: initial, into: y, accumulate: accumulate)
        }
        let mark = scratch.mark
        defer { scratch.rewind(to: mark) }
        let room = ConvolutionKernel.room(4 * shape.coarse, shape.fine)
        let packed = scratch.allocate(Float.self, 4 * room)
        for parity in 0..<4 {
            kernel.packScattering(shape, y: parity / 2, x: parity % 2, into: packed + parity * room)
        }
        let (coarse, fine) = (shape.coarseSide, shape.fineSide)
        // Panels of few channels are four wide.
        let isNarrow = shape.fine <= 4
        let planes = (shape.height / 2 + 2) * shape.coarse * ((shape.width / 2 + 31) / 32 * 32 + 16)
        let narrow = scratch.allocate(Float.self, isNarrow ? planes * pool.threads : 0)
        eachPadded(input, coarse, shape.images, chunk: coarse.chunk) { part, padded, image, count in
            var windows = shape.scattering(count)
            let out = y + image * fine.values
            if isNarrow {
                return dk_scatter_narrow(
                    &windows, shape.coarse, padded, packed, room, initial, accumulate ? 1 : 0, fine.row,
                    narrow + part * planes, out)
            }
            for parity in 0..<4 {
                let (row, column) = (parity / 2, parity % 2)
                dk_window_product(
                    &windows, padded + row * coarse.paddedRow + column * shape.coarse, packed + parity * room, initial,
                    accumulate ? 1 : 0, out + row * fine.row + column * shape.fine)
            }
        }
    }

    /// Adds the kernel's gradient: windows of the finer side times rows of the coarser side, which is
    /// [images · positions, coarse].
    fileprivate func addKernelGradient(
        _ fine: ConvolutionInput, _ coarse: UnsafePointer<Float>, _ kernel: ConvolutionKernel, _ shape: ConvolutionShape
    ) {
        count(shape)
        guard computes else { return }
        if shape.usesTiles { return addKernelGradientOfTiles(fine, coarse, kernel, shape) }
        let mark = scratch.mark
        defer { scratch.rewind(to: mark) }
        let width = shape.window * shape.coarse
        let parts = pool.parts(shape.images, grain: 1)
        let sums = scratch.zeros(width * parts)
        let room = ConvolutionKernel.room(128, shape.coarse)
        let packed = scratch.allocate(Float.self, room * parts)
        eachPadded(fine, shape.fineSide, shape.images, chunk: shape.fineSide.chunk) { part, padded, image, count in
            var windows = shape.gathering(count)
            dk_window_gradient(
                &windows, padded, coarse + image * shape.coarseSide.values, packed + part * room, sums + part * width)
        }
        addUp(sums, rows: parts, apart: width, columns: width)
        run(shape.coarse, grain: max(1, 20_000 / shape.window)) { _, lo, hi in
            kernel.addGradient(sums, shape, channels: lo..<hi)
        }
    }

    /// Runs `body(part, padded, image, count)` over all images, `chunk` at a time, padded in memory of the thread's own.
    func eachPadded(
        _ x: ConvolutionInput, _ side: ConvolutionShape.Side, _ images: Int, chunk: Int,
        _ body: (_ part: Int, _ padded: UnsafeMutablePointer<Float>, _ image: Int, _ count: Int) -> Void
    ) {
        let mark = scratch.mark
        defer { scratch.rewind(to: mark) }
        // A window's last vector may reach beyond the image.
        let room = chunk * side.paddedValues + 16
        let padded = scratch.allocate(Float.self, room * pool.threads)
        run(images) { part, lo, hi in
            for image in stride(from: lo, to: hi, by: chunk) {
                let count = min(chunk, hi - image)
                x.pad(side, image, count, into: padded + part * room)
                body(part, padded + part * room, image, count)
            }
        }
    }
}

private struct ConvolutionOperation: Operation {
    let x: ConvolutionInput
    let kernel: ConvolutionKernel
    let shape: ConvolutionShape
    let y: Variable
    let trains: Bool

    /// dW += windowsᵀ dy; dx += dy scattered through the kernel.
    func backward(on tape: Tape) {
        guard let output = tape.incoming(y) else { return }
        if trains { tape.addKernelGradient(x, output, kernel, shape) }
        guard case .variable(let x) = x, let input = tape.sink(x) else { return }
        tape.scatter(output, kernel, shape, initial: nil, into: input.data, accumulate: input.accumulate)
    }
}

private struct TransposedConvolutionOperation: Operation {
    let x: Variable
    let kernel: ConvolutionKernel
    let bias: Parameter?
    let shape: ConvolutionShape
    let y: Variable
    let trains: Bool

    /// dx += dy gathered through the kernel, dW += xᵀ windows of dy, dbias += the sum of dy.
    func backward(on tape: Tape) {
        guard let output = tape.incoming(y) else { return }
        let dy = ConvolutionInput.variable(.constant(Tensor(output, rows: y.rows, columns: y.columns)))
        if let input = tape.sink(x) {
            tape.gather(dy, kernel, shape, into: input.data, accumulate: input.accumulate)
        }
        guard trains else { return }
        tape.addKernelGradient(dy, x.value.data, kernel, shape)
        if let bias { addBiasGradient(output, bias, on: tape) }
    }

    /// A row of an image holds its few channels many times over, which makes a sum of wide rows.
    private func addBiasGradient(_ output: UnsafePointer<Float>, _ bias: Parameter, on tape: Tape) {
        let side = shape.fineSide
        let mark = tape.scratch.mark
        defer { tape.scratch.rewind(to: mark) }
        let sums = tape.scratch.zeros(side.row)
        tape.reduce(shape.images, grain: 1, width: side.row, into: sums) { partial, lo, hi in
            dk_sum_rows((hi - lo) * side.height, side.row, output + lo * side.values, partial)
        }
        tape.compute { for index in 0..<side.row { bias.gradient.data[index % shape.fine] += sums[index] } }
    }
}
