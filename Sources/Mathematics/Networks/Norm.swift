import Tensors

/// SiLU(LayerNorm(x)) over the channels of each row, [rows, channels].
public struct Norm {
    /// [1, channels], as is the offset.
    public let scale: Parameter
    public let offset: Parameter
    public let epsilon: Float

    /// Declares `norm.scale` (ones) and `norm.offset` (zeros).
    public init(_ scope: ParameterScope, channels: Int, epsilon: Float) {
        scale = scope["norm"].vector("scale", channels, .one)
        offset = scope["norm"].vector("offset", channels, .zero)
        self.epsilon = epsilon
    }

    public func callAsFunction(_ x: Variable, on tape: Tape) -> Variable {
        let y = tape.variable(x.rows, x.columns, tracked: x.isTracked || tape.trains(scale))
        apply(x, into: y, on: tape)
        return y
    }

    /// The same into given room.
    public func apply(_ x: Variable, into y: Variable, on tape: Tape) {
        tape.layerNormSiLU(x, scale: scale, offset: offset, epsilon: epsilon, into: y)
    }
}
