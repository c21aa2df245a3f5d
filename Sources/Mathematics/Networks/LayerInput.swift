import Tensors

/// Something a first layer can multiply: a matrix, or parts that stand for their concatenation.
public protocol LayerInput: BitwiseCopyable {
    var rows: Int { get }
    /// Whether a gradient may flow into it.
    var isTracked: Bool { get }
    /// y (+)= x W with the rows of W in the order of the parts.
    func multiply(_ weight: Parameter, into y: Variable, accumulate: Bool, on tape: Tape)
}

extension Variable: LayerInput {
    public func multiply(_ weight: Parameter, into y: Variable, accumulate: Bool, on tape: Tape) {
        tape.multiply(self, weight, into: y, accumulate: accumulate)
    }
}
