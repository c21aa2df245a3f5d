import Tensors

/// y = x W (+ b): [rows, inputs] becomes [rows, outputs].
public struct Linear {
    /// W [inputs, outputs].
    public let weight: Parameter
    /// b [1, outputs].
    public let bias: Parameter?

    /// Declares `weight`, and `bias` (zeros) where there is to be one.
    public init(
        _ scope: ParameterScope, inputs: Int, outputs: Int, bias: Bool = true,
        _ initialization: ParameterSpecification.Initialization = .output
    ) {
        weight = scope.matrix("weight", inputs: inputs, outputs: outputs, initialization)
        self.bias = bias ? scope.vector("bias", outputs, .zero) : nil
    }

    public func callAsFunction(_ x: some LayerInput, on tape: Tape) -> Variable {
        let y = tape.variable(x.rows, weight.columns, tracked: x.isTracked || tape.trains(weight))
        apply(x, into: y, on: tape)
        return y
    }

    /// The same into given room [rows, outputs].
    public func apply(_ x: some LayerInput, into y: Variable, on tape: Tape) {
        x.multiply(weight, into: y, accumulate: false, on: tape)
        if let bias { tape.add(bias, to: y) }
    }
}
