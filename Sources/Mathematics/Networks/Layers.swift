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

/// y = x W (+ b), W kept [in, out].
public struct Linear {
    public let weight: Parameter
    public let bias: Parameter?

    public init(_ store: ParameterStore, _ name: String) {
        weight = store["\(name).weight"]
        bias = store.contains("\(name).bias") ? store["\(name).bias"] : nil
    }

    public func callAsFunction(_ x: some LayerInput, on tape: Tape) -> Variable {
        let y = tape.variable(x.rows, weight.columns, tracked: x.isTracked || tape.trains(weight))
        apply(x, into: y, on: tape)
        return y
    }

    public func apply(_ x: some LayerInput, into y: Variable, on tape: Tape) {
        x.multiply(weight, into: y, accumulate: false, on: tape)
        if let bias { tape.add(bias, to: y) }
    }
}

/// Scale and offset of a LayerNorm followed by SiLU.
public struct Norm {
    public let scale: Parameter
    public let offset: Parameter
    public let epsilon: Float

    public init(_ store: ParameterStore, _ name: String, epsilon: Float) {
        scale = store["\(name).norm.scale"]
        offset = store["\(name).norm.offset"]
        self.epsilon = epsilon
    }

    /// SiLU(LayerNorm(x)).
    public func callAsFunction(_ x: Variable, on tape: Tape) -> Variable {
        let y = tape.variable(x.rows, x.columns, tracked: x.isTracked || tape.trains(scale))
        tape.layerNormSiLU(x, scale: scale, offset: offset, epsilon: epsilon, into: y)
        return y
    }
}

/// SiLU(LayerNorm(x W)): the hidden layer of every network of the agent.
public struct Dense {
    public let linear: Linear
    public let norm: Norm

    public init(_ store: ParameterStore, _ name: String, epsilon: Float) {
        linear = Linear(store, name)
        norm = Norm(store, name, epsilon: epsilon)
    }

    public func callAsFunction(_ x: some LayerInput, on tape: Tape) -> Variable {
        norm(linear(x, on: tape), on: tape)
    }

    /// The same into given room: `hidden` before and `y` after the norm.
    public func apply(_ x: some LayerInput, hidden: Variable, into y: Variable, on tape: Tape) {
        linear.apply(x, into: hidden, on: tape)
        tape.layerNormSiLU(hidden, scale: norm.scale, offset: norm.offset, epsilon: norm.epsilon, into: y)
    }
}

/// Hidden layers and an output layer (Table 10 of the MuDreamer paper).
public struct MultilayerPerceptron {
    public let layers: [Dense]
    public let output: Linear

    public init(_ store: ParameterStore, _ name: String, layers count: Int, epsilon: Float) {
        layers = (0..<count).map { Dense(store, "\(name).layers.\($0)", epsilon: epsilon) }
        output = Linear(store, "\(name).out")
    }

    public func callAsFunction(_ x: some LayerInput, on tape: Tape) -> Variable {
        output(hidden(x, on: tape), on: tape)
    }

    private func hidden(_ x: some LayerInput, on tape: Tape) -> Variable {
        var y = layers[0](x, on: tape)
        for layer in layers.dropFirst() { y = layer(y, on: tape) }
        return y
    }

    /// Specifications of its parameters.
    public static func specifications(
        _ name: String, inputs: Int, hidden: Int, layers: Int, outputs: Int, zero: Bool = false, group: ParameterGroup
    ) -> [ParameterSpecification] {
        (0..<layers).flatMap { layer in
            Dense.specifications(
                "\(name).layers.\(layer)", inputs: layer == 0 ? inputs : hidden, outputs: hidden, group: group)
        } + Linear.specifications("\(name).out", inputs: hidden, outputs: outputs, bias: true, zero: zero, group: group)
    }
}

extension Linear {
    public static func specifications(
        _ name: String, inputs: Int, outputs: Int, bias: Bool, zero: Bool = false, group: ParameterGroup
    ) -> [ParameterSpecification] {
        var all = [
            ParameterSpecification("\(name).weight", [outputs, inputs], .linear, zero ? .zero : .output, group: group)
        ]
        if bias { all.append(ParameterSpecification("\(name).bias", [outputs], .vector, .zero, group: group)) }
        return all
    }
}

extension Norm {
    public static func specifications(_ name: String, _ count: Int, group: ParameterGroup) -> [ParameterSpecification] {
        [
            ParameterSpecification("\(name).norm.scale", [count], .vector, .one, group: group),
            ParameterSpecification("\(name).norm.offset", [count], .vector, .zero, group: group),
        ]
    }
}

extension Dense {
    public static func specifications(
        _ name: String, inputs: Int, outputs: Int, group: ParameterGroup
    ) -> [ParameterSpecification] {
        [ParameterSpecification("\(name).weight", [outputs, inputs], .linear, .hidden, group: group)]
            + Norm.specifications(name, outputs, group: group)
    }
}
