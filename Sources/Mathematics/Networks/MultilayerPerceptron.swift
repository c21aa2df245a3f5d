import Tensors

/// SiLU(LayerNorm(x W)), the hidden layer of every network of the agent: [rows, inputs] becomes [rows, outputs].
public struct Dense {
    public let linear: Linear
    public let norm: Norm

    public init(_ scope: ParameterScope, inputs: Int, outputs: Int, epsilon: Float) {
        linear = Linear(scope, inputs: inputs, outputs: outputs, bias: false, .hidden)
        norm = Norm(scope, channels: outputs, epsilon: epsilon)
    }

    /// Declares `count` of them, at least one, each behind the other: `layers.0` and so on.
    public static func stack(
        _ scope: ParameterScope, inputs: Int, outputs: Int, count: Int, epsilon: Float
    ) -> [Dense] {
        (0..<count).map { layer in
            Dense(
                scope["layers.\(layer)"], inputs: layer == 0 ? inputs : outputs, outputs: outputs, epsilon: epsilon)
        }
    }

    public func callAsFunction(_ x: some LayerInput, on tape: Tape) -> Variable {
        norm(linear(x, on: tape), on: tape)
    }
}

/// Hidden layers and an output layer (Table 10 of the MuDreamer paper): [rows, inputs] becomes [rows, outputs].
public struct MultilayerPerceptron {
    public let layers: [Dense]
    public let output: Linear

    /// - Parameters:
    ///   - count: hidden layers of `hidden` units each, at least one.
    ///   - zero: whether the output's weight starts at zero.
    public init(
        _ scope: ParameterScope, inputs: Int, hidden: Int, layers count: Int, outputs: Int, zero: Bool = false,
        epsilon: Float
    ) {
        layers = Dense.stack(scope, inputs: inputs, outputs: hidden, count: count, epsilon: epsilon)
        output = Linear(scope["out"], inputs: hidden, outputs: outputs, zero ? .zero : .output)
    }

    public func callAsFunction(_ x: some LayerInput, on tape: Tape) -> Variable {
        var y = layers[0](x, on: tape)
        for layer in layers.dropFirst() { y = layer(y, on: tape) }
        return output(y, on: tape)
    }
}
