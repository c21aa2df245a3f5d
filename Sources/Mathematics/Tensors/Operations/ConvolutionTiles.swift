import CKernels

/// The same products with fewer multiplications: Winograd's F(4×4, 2×2) over tiles of 4×4 positions of the coarser side
/// (`tiles.inc`, `docs/decisions/0013-winograd-convolutions.md`).
extension ConvolutionShape {
    /// Points at which a tile's polynomials are evaluated, in two dimensions.
    static let points = 25

    /// Tiles of one image.
    var tiles: Int { height / 8 * (width / 8) }

    /// Whether products over tiles are worth their transforms: enough channels, in whole vectors, and enough tiles to
    /// share the transformed kernel.
    var usesTiles: Bool {
        height % 8 == 0 && width % 8 == 0 && fine % 16 == 0 && coarse % 16 == 0 && fine * coarse >= 512
            && images * tiles >= 32
    }

    /// Multiply-adds that one product really makes, forward or of either gradient.
    package var executedMultiplyAdds: Int {
        usesTiles ? images * tiles * Self.points * 4 * fine * coarse : multiplyAdds
    }

    /// Images whose tiles are transformed together: for a product, whose kernel is read once for them, and for a kernel's
    /// gradient, whose sums are read and written.
    fileprivate var tiledChunk: Int { max(1, 64 / tiles) }
    fileprivate var tiledGradientChunk: Int { max(1, 128 / tiles) }

    /// The 5×5 blocks of 2×2 pixels of the padded finer side under every tile of the coarser side.
    fileprivate func tiledGathering(_ count: Int) -> dk_tiles {
        let (finer, coarser) = (fineSide, coarseSide)
        return dk_tiles(
            images: count, rows: height / 8, columns: width / 8,
            x_image: finer.paddedValues, x_row: 8 * finer.paddedRow, x_column: 8 * fine,
            block_row: 2 * finer.paddedRow, block_column: 2 * fine,
            runs: 2, length: 2 * fine, run_stride: finer.paddedRow,
            y_image: coarser.values, y_row: 4 * coarser.row, y_column: 4 * coarse,
            step_row: coarser.row, step_column: coarse)
    }

    /// The 5×5 pixels of the padded coarser side under every 4×4 pixels of one parity of the finer side.
    fileprivate func tiledScattering(_ count: Int) -> dk_tiles {
        let (finer, coarser) = (fineSide, coarseSide)
        return dk_tiles(
            images: count, rows: height / 8, columns: width / 8,
            x_image: coarser.paddedValues, x_row: 4 * coarser.paddedRow, x_column: 4 * coarse,
            block_row: coarser.paddedRow, block_column: coarse,
            runs: 1, length: coarse, run_stride: 0,
            y_image: finer.values, y_row: 8 * finer.row, y_column: 8 * fine,
            step_row: 2 * finer.row, step_column: 2 * fine)
    }
}

extension ConvolutionKernel {
    /// The kernel over blocks, [4 · fine, coarse] at each point; `pixels` of a block's four.
    fileprivate func packTiledGathering(
        _ shape: ConvolutionShape, pixels: Range<Int>, component: Int, into packed: UnsafeMutablePointer<Float>
    ) {
        let w = parameter.value.data
        for pixel in pixels {
            let (y, x) = (pixel / 2, pixel % 2)
            func tap(_ row: Int, _ column: Int) -> UnsafePointer<Float> {
                let index = 4 * (2 * row + y) + 2 * column + x
                return UnsafePointer(w + index * self.tap)
            }
            dk_tile_kernel_pack(
                4 * shape.fine, pixel * shape.fine, shape.fine, shape.coarse, tap(0, 0), tap(0, 1), tap(1, 0),
                tap(1, 1), fine, coarse, component, packed)
        }
    }

    /// The taps that reach pixels of one parity, [coarse, fine] at each point.
    fileprivate func packTiledScattering(
        _ shape: ConvolutionShape, y: Int, x: Int, component: Int, into packed: UnsafeMutablePointer<Float>
    ) {
        let w = parameter.value.data
        func tap(_ row: Int, _ column: Int) -> UnsafePointer<Float> {
            let index = 4 * (3 - y - 2 * row) + 3 - x - 2 * column
            return UnsafePointer(w + index * self.tap)
        }
        dk_tile_kernel_pack(
            shape.coarse, 0, shape.coarse, shape.fine, tap(0, 0), tap(0, 1), tap(1, 0), tap(1, 1), coarse, fine,
            component, packed)
    }
}

extension Tape {
    /// From the finer to the coarser side, as `gather`.
    func gatherTiles(
        _ x: ConvolutionInput, _ kernel: ConvolutionKernel, _ shape: ConvolutionShape,
        into y: UnsafeMutablePointer<Float>, accumulate: Bool
    ) {
        let mark = scratch.mark
        defer { scratch.rewind(to: mark) }
        let (k, n) = (4 * shape.fine, shape.coarse)
        let component = ConvolutionKernel.room(k, n)
        let packed = scratch.allocate(Float.self, ConvolutionShape.points * component)
        run(4) { _, lo, hi in
            kernel.packTiledGathering(shape, pixels: lo..<hi, component: component, into: packed)
        }
        let rooms = TileRooms(self, shape, k, n, chunk: shape.tiledChunk)
        eachPadded(x, shape.fineSide, shape.images, chunk: shape.tiledChunk) { part, padded, image, count in
            var tiles = shape.tiledGathering(count)
            rooms.product(
                part, &tiles, padded, packed, component: component, initial: nil, accumulate: accumulate,
                into: y + image * shape.coarseSide.values)
        }
    }

    /// From the coarser to the finer side, as `scatter`.
    func scatterTiles(
        _ x: ConvolutionInput, _ kernel: ConvolutionKernel, _ shape: ConvolutionShape,
        initial: UnsafePointer<Float>?, into y: UnsafeMutablePointer<Float>, accumulate: Bool
    ) {
        let mark = scratch.mark
        defer { scratch.rewind(to: mark) }
        let (k, n) = (shape.coarse, shape.fine)
        let component = ConvolutionKernel.room(k, n)
        let room = ConvolutionShape.points * component
        let packed = scratch.allocate(Float.self, 4 * room)
        run(4) { _, lo, hi in
            for parity in lo..<hi {
                kernel.packTiledScattering(
                    shape, y: parity / 2, x: parity % 2, component: component, into: packed + parity * room)
            }
        }
        let rooms = TileRooms(self, shape, k, n, chunk: shape.tiledChunk)
        let (coarse, fine) = (shape.coarseSide, shape.fineSide)
        eachPadded(x, coarse, shape.images, chunk: shape.tiledChunk) { part, padded, image, count in
            var tiles = shape.tiledScattering(count)
            for parity in 0..<4 {
                let (row, column) = (parity / 2, parity % 2)
                rooms.product(
                    part, &tiles, padded + row * coarse.paddedRow + column * shape.coarse, packed + parity * room,
                    component: component, initial: initial, accumulate: accumulate,
                    into: y + image * fine.values + row * fine.row + column * shape.fine)
            }
        }
    }

    /// Adds the kernel's gradient, as `addKernelGradient`.
    func addKernelGradientOfTiles(
        _ fine: ConvolutionInput, _ coarse: UnsafePointer<Float>, _ kernel: ConvolutionKernel, _ shape: ConvolutionShape
    ) {
        let mark = scratch.mark
        defer { scratch.rewind(to: mark) }
        let (k, n) = (4 * shape.fine, shape.coarse)
        let component = k * n
        let parts = pool.parts(shape.images, grain: 1)
        let sums = scratch.allocate(Float.self, ConvolutionShape.points * component * parts)
        run(parts) { _, lo, hi in
            let count = ConvolutionShape.points * component
            (sums + lo * count).update(repeating: 0, count: (hi - lo) * count)
        }
        let rooms = TileRooms(self, shape, k, n, chunk: shape.tiledGradientChunk)
        eachPadded(fine, shape.fineSide, shape.images, chunk: shape.tiledGradientChunk) { part, padded, image, count in
            var tiles = shape.tiledGathering(count)
            rooms.gradient(
                part, &tiles, padded, coarse + image * shape.coarseSide.values,
                into: sums + part * ConvolutionShape.points * component)
        }
        let products = ConvolutionShape.points * component
        addUp(sums, rows: parts, apart: products, columns: products)
        addTaps(of: sums, component: component, to: kernel, shape)
    }

    /// Adds the kernel's gradient that products at the points [25, 4 · fine, coarse] come to.
    private func addTaps(
        of products: UnsafeMutablePointer<Float>, component: Int, to kernel: ConvolutionKernel,
        _ shape: ConvolutionShape
    ) {
        let n = shape.coarse
        let gradient = scratch.allocate(Float.self, shape.window * n)
        // Two neighbouring pixels of a block lie beside each other, as in the window.
        let width = 2 * shape.fine * n
        run(2 * shape.fine) { _, lo, hi in
            for y in 0..<2 {
                func tap(_ row: Int, _ column: Int) -> UnsafeMutablePointer<Float> {
                    let index = 2 * (2 * row + y) + column
                    return gradient + index * width + lo * n
                }
                dk_tile_kernel_gradient(
                    (hi - lo) * n, products + y * width + lo * n, component, tap(0, 0), tap(0, 1), tap(1, 0),
                    tap(1, 1))
            }
        }
        run(shape.coarse) { _, lo, hi in kernel.addGradient(gradient, shape, channels: lo..<hi) }
    }
}

/// What each thread needs for its tiles: inputs at the points [25, tiles, k] and outputs there [25, tiles, n].
private struct TileRooms {
    let inputs: UnsafeMutablePointer<Float>
    let outputs: UnsafeMutablePointer<Float>
    let tiles: Int
    let k: Int
    let n: Int

    init(_ tape: Tape, _ shape: ConvolutionShape, _ k: Int, _ n: Int, chunk: Int) {
        tiles = chunk * shape.tiles
        (self.k, self.n) = (k, n)
        inputs = tape.scratch.allocate(Float.self, ConvolutionShape.points * tiles * k * tape.pool.threads)
        outputs = tape.scratch.allocate(Float.self, ConvolutionShape.points * tiles * n * tape.pool.threads)
    }

    private func inputs(_ part: Int) -> UnsafeMutablePointer<Float> {
        inputs + part * ConvolutionShape.points * tiles * k
    }

    private func outputs(_ part: Int) -> UnsafeMutablePointer<Float> {
        outputs + part * ConvolutionShape.points * tiles * n
    }

    /// The rows of one point as windows.
    private var rows: dk_windows {
        dk_windows(
            images: 1, rows: 1, columns: 0, x_image: 0, x_row: 0, x_column: k, y_image: 0, y_row: 0, y_column: n,
            runs: 1, length: k, run_stride: 0, n: n)
    }

    func product(
        _ part: Int, _ geometry: inout dk_tiles, _ x: UnsafePointer<Float>, _ packed: UnsafePointer<Float>,
        component: Int, initial: UnsafePointer<Float>?, accumulate: Bool, into y: UnsafeMutablePointer<Float>
    ) {
        let (v, m, count) = (inputs(part), outputs(part), geometry.images * geometry.rows * geometry.columns)
        dk_tile_inputs(&geometry, x, tiles * k, v)
        var windows = rows
        windows.columns = count
        for point in 0..<ConvolutionShape.points {
            dk_tile_product(&windows, v + point * tiles * k, packed + point * component, m + point * tiles * n)
        }
        dk_tile_outputs(&geometry, n, m, tiles * n, initial, accumulate ? 1 : 0, y)
    }

    func gradient(
        _ part: Int, _ geometry: inout dk_tiles, _ x: UnsafePointer<Float>, _ d: UnsafePointer<Float>,
        into sums: UnsafeMutablePointer<Float>
    ) {
        let (v, e, count) = (inputs(part), outputs(part), geometry.images * geometry.rows * geometry.columns)
        dk_tile_inputs(&geometry, x, tiles * k, v)
        dk_tile_gradients(&geometry, n, d, tiles * n, e)
        for point in 0..<ConvolutionShape.points {
            dk_product(
                k, n, count, v + point * tiles * k, 1, k, e + point * tiles * n, n, 1, 1, sums + point * k * n, n,
                dk_thread_scratch())
        }
    }
}
