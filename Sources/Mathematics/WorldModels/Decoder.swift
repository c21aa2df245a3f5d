import AgentChoice
import Networks
import Tensors

/// A linear layer to 4×4 and transposed convolutions back to the image, the mirror of the encoder; +0.5 at the end, so
/// that it predicts pixels in [0, 1]. States s [rows, features] become images [rows, size · size · channels].
public struct Decoder {
    private struct Stage {
        /// [inputs, 16 · outputs].
        let weight: Parameter
        /// Of the last stage, which has no norm.
        let bias: Parameter?
        let norm: Norm?
    }

    private let input: Linear
    private let stages: [Stage]
    private let topChannels: Int

    public init(_ scope: ParameterScope, _ c: AgentConfiguration) {
        let inputs = Array(c.stageChannels(c.convolutionDepth).reversed())
        topChannels = inputs[0]
        input = Linear(scope["input"], inputs: c.features, outputs: c.imageFeatures(c.convolutionDepth))
        stages = inputs.indices.map { stage in
            let scope = scope["convs.\(stage)"]
            let last = stage == inputs.count - 1
            let outputs = last ? c.channels : inputs[stage + 1]
            return Stage(
                weight: scope.kernel(
                    "weight", inputs: inputs[stage], outputs: outputs, transposed: true, last ? .output : .hidden),
                bias: last ? scope.vector("bias", outputs, .zero) : nil,
                norm: last ? nil : Norm(scope, channels: outputs, epsilon: c.normEpsilon))
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
}
