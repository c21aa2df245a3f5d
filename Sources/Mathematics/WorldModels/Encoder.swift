import AgentChoice
import Networks
import Tensors

/// Convolutions k4 s2 p1 down to 4×4, each LayerNorm over channels and SiLU (Table 6 of the MuDreamer paper); channels are
/// `AgentConfiguration.stageChannels`. Images o [images, size, size, channels] as bytes become features x [images, 16 · top channels].
public struct Encoder {
    private struct Stage {
        /// [16 · inputs, outputs].
        let weight: Parameter
        let norm: Norm
    }

    private let stages: [Stage]
    private let image: Int
    private let channels: Int

    /// - Parameters:
    ///   - channels: of the images, which need not be those of o alone.
    ///   - depth: channels of the first stage.
    public init(_ scope: ParameterScope, channels: Int, depth: Int, _ c: AgentConfiguration) {
        image = c.image
        self.channels = channels
        let outputs = c.stageChannels(depth)
        stages = zip([channels] + outputs, outputs).enumerated().map { stage, size in
            let scope = scope["convs.\(stage)"]
            return Stage(
                weight: scope.kernel("weight", inputs: size.0, outputs: size.1, .hidden),
                norm: Norm(scope, channels: size.1, epsilon: c.normEpsilon))
        }
    }

    public func callAsFunction(_ images: Bytes, on tape: Tape) -> Variable {
        let count = images.count / (image * image * channels)
        var shape = ConvolutionShape(
            images: count, height: image, width: image, fine: channels, coarse: stages[0].weight.columns)
        var y = stages[0].norm(tape.convolve(images, stages[0].weight, shape), on: tape)
        for stage in stages.dropFirst() {
            shape = ConvolutionShape(
                images: count, height: shape.height / 2, width: shape.width / 2, fine: shape.coarse,
                coarse: stage.weight.columns)
            y = stage.norm(tape.convolve(y, stage.weight, shape), on: tape)
        }
        return y.reshaped(columns: y.value.count / count)
    }
}
