import AgentChoice
import Networks
import Tensors

/// A linear layer to 4×4 and transposed convolutions back to the image; +0.5 at the end, so that it predicts pixels
/// in [0, 1]. States become images [rows, size · size · channels].
public struct Decoder {
    private struct Stage {
        let weight: Parameter
        let bias: Parameter?
        let norm: Norm?
    }

    private let input: Linear
    private let stages: [Stage]
    private let topChannels: Int

    public init(_ store: ParameterStore, _ name: String, _ c: AgentConfiguration) {
        input = Linear(store, "\(name).input")
        topChannels = c.topChannels
        stages = (0..<c.stages).map { stage in
            let name = "\(name).convs.\(stage)"
            let last = stage == c.stages - 1
            return Stage(
                weight: store["\(name).weight"], bias: last ? store["\(name).bias"] : nil,
                norm: last ? nil : Norm(store, name, epsilon: c.normEpsilon))
        }
    }

    public func callAsFunction(_ state: LatentState, on tape: Tape) -> Variable {
        var y = input(state, on: tape).reshaped(columns: topChannels)
        var size = 4
        for stage in stages {
            let shape = ConvolutionShape(
                images: state.rows, height: 2 * size, width: 2 * size, fine: stage.weight.columns / 16,
                coarse: stage.weight.rows)
            y = tape.convolveTransposed(
                y, stage.weight, bias: stage.bias, constant: stage.norm == nil ? 0.5 : 0, shape)
            if let norm = stage.norm { y = norm(y, on: tape) }
            size *= 2
        }
        return y.reshaped(columns: y.value.count / state.rows)
    }

    static func specifications(_ name: String, _ c: AgentConfiguration) -> [ParameterSpecification] {
        Linear.specifications("\(name).input", inputs: c.features, outputs: c.embedding, bias: true, group: .model)
            + (0..<c.stages).flatMap { stage in
                let last = stage == c.stages - 1
                let input = c.topChannels >> stage
                let output = last ? c.channels : input / 2
                let name = "\(name).convs.\(stage)"
                return [
                    ParameterSpecification(
                        "\(name).weight", [output, 4, 4, input], .transposedConvolution, last ? .output : .hidden,
                        group: .model)
                ]
                    + (last
                        ? [ParameterSpecification("\(name).bias", [output], .vector, .zero, group: .model)]
                        : Norm.specifications(name, output, group: .model))
            }
    }
}
