import Tensors
import TestSupport
import Testing

@Suite(.blocking) struct ConvolutionTests {
    private func convolution(_ shape: ConvolutionShape) -> GradientCheck {
        GradientCheck(
            inputs: [.random(shape.images * shape.height * shape.width, shape.fine)],
            parameters: [.random(16 * shape.fine, shape.coarse, seed: 2, scale: 0.3)]
        ) { e in e.weighed(e.tape.convolve(e.inputs[0], e.parameters[0], shape)) }
    }

    private func convolutionOfBytes(_ shape: ConvolutionShape) -> GradientCheck {
        GradientCheck(parameters: [.random(16 * shape.fine, shape.coarse, scale: 0.3)]) { e in
            let bytes: [UInt8] = integers(
                shape.images * shape.height * shape.width * shape.fine, below: 256, seed: 3)
            return e.weighed(e.tape.convolve(e.tape.bytes(bytes), e.parameters[0], shape))
        }
    }

    private func transposed(_ shape: ConvolutionShape, bias: Bool) -> GradientCheck {
        let parameters: [GradientCheck.Leaf] = [
            .random(shape.coarse, 16 * shape.fine, seed: 2, scale: 0.3), .random(1, shape.fine, seed: 3),
        ]
        return GradientCheck(
            inputs: [.random(shape.images * shape.height * shape.width / 4, shape.coarse)],
            parameters: bias ? parameters : [parameters[0]]
        ) { e in
            e.weighed(
                e.tape.convolveTransposed(
                    e.inputs[0], e.parameters[0], bias: bias ? e.parameters[1] : nil, constant: 0.5, shape))
        }
    }

    private let small = ConvolutionShape(images: 2, height: 4, width: 6, fine: 2, coarse: 3)
    private let large = ConvolutionShape(images: 7, height: 16, width: 16, fine: 5, coarse: 9)
    /// More than fits the cache at once, so that a thread works in several chunks.
    private let chunked = ConvolutionShape(images: 5, height: 64, width: 64, fine: 4, coarse: 8)

    @Test func convolutionHasItsGradients() { convolution(small).agreesWithDifferences() }
    @Test func convolutionOfBytesHasItsGradients() { convolutionOfBytes(small).agreesWithDifferences() }
    @Test(arguments: [false, true]) func transposedConvolutionHasItsGradients(bias: Bool) {
        transposed(small, bias: bias).agreesWithDifferences()
    }

    @Test func twoThreadsConvolveTheSame() {
        for shape in [large, chunked] {
            convolution(shape).agreesBetweenThreads()
            convolutionOfBytes(shape).agreesBetweenThreads()
            transposed(shape, bias: true).agreesBetweenThreads()
        }
    }

    /// Output, and gradients of input and kernel, of all images at once or of `images` at a time.
    private func results(
        _ shape: ConvolutionShape, transposed: Bool, images: Int, threads: Int
    ) -> (output: [Float], input: [Float], kernel: [Float]) {
        let tape = makeTape(threads: threads)
        let finer = shape.height * shape.width
        let (rows, columns) = transposed ? (finer / 4, shape.coarse) : (finer, shape.fine)
        let (outRows, outColumns) = transposed ? (finer, shape.fine) : (finer / 4, shape.coarse)
        let values = normals(shape.images * rows * columns, seed: 1)
        let coefficients = normals(shape.images * outRows * outColumns, seed: 2)
        let kernel = transposed ? (shape.coarse, 16 * shape.fine) : (16 * shape.fine, shape.coarse)
        let store = ParameterStore([
            ParameterSpecification("w", [kernel.1, kernel.0], .linear, .zero, group: .model)
        ])
        store["w"].value.copy(from: normals(kernel.0 * kernel.1, seed: 3, scale: 0.1))
        var (inputs, output): ([Variable], [Float]) = ([], [])
        tape.training(.model) {
            for first in stride(from: 0, to: shape.images, by: images) {
                let part = ConvolutionShape(
                    images: images, height: shape.height, width: shape.width, fine: shape.fine, coarse: shape.coarse)
                let x = tape.tracked(
                    Array(values[first * rows * columns..<(first + images) * rows * columns]), columns: columns)
                // Twice, so that the second gradient is added to the first.
                for _ in 0..<2 {
                    let y =
                        transposed
                        ? tape.convolveTransposed(x, store["w"], bias: nil, constant: 0.5, part)
                        : tape.convolve(x, store["w"], part)
                    let size = outRows * outColumns
                    tape.seed(
                        y,
                        coefficients: tape.tensor(
                            Array(coefficients[first * size..<(first + images) * size]), columns: outColumns))
                    output += y.value.array
                }
                inputs.append(x)
            }
        }
        tape.backward()
        let gradients = inputs.flatMap { tape.gradientTensor($0).array }
        // Both outputs of a part are the same: one of each is compared.
        let size = images * outRows * outColumns
        output = stride(from: 0, to: output.count, by: 2 * size).flatMap { output[$0..<$0 + size] }
        return withExtendedLifetime(store) { (output, gradients, store["w"].gradient.array) }
    }

    /// Many images go through tiles, one at a time through windows.
    @Test(arguments: [1, 2], [false, true]) func tilesAgreeWithWindows(threads: Int, transposed: Bool) {
        let shapes = [
            ConvolutionShape(images: 67, height: 8, width: 8, fine: 16, coarse: 64),
            ConvolutionShape(images: 9, height: 16, width: 16, fine: 16, coarse: 32),
            ConvolutionShape(images: 3, height: 32, width: 24, fine: 48, coarse: 32),
        ]
        for shape in shapes {
            #expect(5 * shape.executedMultiplyAdds < 2 * shape.multiplyAdds)
            let tiles = results(shape, transposed: transposed, images: shape.images, threads: threads)
            let windows = results(shape, transposed: transposed, images: 1, threads: 1)
            #expect(relativeError(tiles.output, windows.output) < 1e-5)
            #expect(relativeError(tiles.input, windows.input) < 1e-5)
            #expect(relativeError(tiles.kernel, windows.kernel) < 1e-5)
        }
    }

    /// The definition: kernel 4, stride 2, padding 1.
    @Test func convolutionIsTheDefinition() {
        let s = ConvolutionShape(images: 2, height: 6, width: 4, fine: 3, coarse: 5)
        let tape = makeTape()
        let x = normals(s.images * s.height * s.width * s.fine, seed: 1)
        let w = normals(16 * s.fine * s.coarse, seed: 2)
        let store = ParameterStore([
            ParameterSpecification("w", [s.coarse, 16 * s.fine], .linear, .zero, group: .model)
        ])
        store["w"].value.copy(from: w)
        let y = tape.convolve(.constant(tape.tensor(x, columns: s.fine)), store["w"], s)
        var expected: [Double] = []
        for image in 0..<s.images {
            for oy in 0..<s.height / 2 {
                for ox in 0..<s.width / 2 {
                    for o in 0..<s.coarse {
                        var sum = 0.0
                        for k in 0..<16 {
                            let (row, column) = (2 * oy - 1 + k / 4, 2 * ox - 1 + k % 4)
                            guard (0..<s.height).contains(row), (0..<s.width).contains(column) else { continue }
                            for i in 0..<s.fine {
                                sum +=
                                    Double(x[((image * s.height + row) * s.width + column) * s.fine + i])
                                    * Double(w[(k * s.fine + i) * s.coarse + o])
                            }
                        }
                        expected.append(sum)
                    }
                }
            }
        }
        #expect(relativeError(y.value.array, expected) < 1e-6)
    }
}
