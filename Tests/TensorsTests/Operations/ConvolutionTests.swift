import Tensors
import Testing

@Suite struct ConvolutionTests {
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
