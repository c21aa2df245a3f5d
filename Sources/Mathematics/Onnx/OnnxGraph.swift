/// A graph of ONNX operators under construction: each call adds a node and returns what it puts out.
struct OnnxGraph {
    /// Something that nodes take and put out.
    struct Value {
        let name: String
    }

    /// Numbers of `TensorProto.DataType`.
    enum Element: Int {
        case float = 1
        case uint8 = 2
        case int64 = 7
        case bool = 9
    }

    enum Attribute {
        case int(Int)
        case ints([Int])
        case float(Float)
    }

    struct Node {
        let operation: String
        let inputs: [String]
        let outputs: [String]
        let attributes: [(name: String, value: Attribute)]
    }

    struct Constant {
        enum Values {
            case floats([Float])
            case integers([Int64])
        }

        let name: String
        let shape: [Int]
        let values: Values
    }

    /// An input or output of the whole graph; its first extent is the number of rows, which is open.
    struct Port {
        let name: String
        let element: Element
        let shape: [Int]
    }

    private(set) var nodes: [Node] = []
    private(set) var constants: [Constant] = []
    private(set) var inputs: [Port] = []
    private(set) var outputs: [Port] = []
    private var count = 0

    /// - Parameter shape: of one row.
    mutating func input(_ name: String, _ element: Element, _ shape: [Int]) -> Value {
        inputs.append(Port(name: name, element: element, shape: shape))
        return Value(name: name)
    }

    mutating func output(_ value: Value, as name: String, _ shape: [Int]) {
        nodes.append(Node(operation: "Identity", inputs: [value.name], outputs: [name], attributes: []))
        outputs.append(Port(name: name, element: .float, shape: shape))
    }

    mutating func parameter(_ name: String, _ values: [Float], _ shape: [Int]) -> Value {
        constants.append(Constant(name: name, shape: shape, values: .floats(values)))
        return Value(name: name)
    }

    mutating func constant(_ value: Float) -> Value { parameter(fresh("scalar"), [value], []) }

    mutating func constant(_ values: [Float]) -> Value { parameter(fresh("floats"), values, [values.count]) }

    mutating func integers(_ values: [Int]) -> Value {
        let name = fresh("integers")
        constants.append(Constant(name: name, shape: [values.count], values: .integers(values.map(Int64.init))))
        return Value(name: name)
    }

    mutating func callAsFunction(
        _ operation: String, _ inputs: Value..., attributes: (name: String, value: Attribute)...
    ) -> Value {
        add(operation, inputs, attributes, outputs: 1)[0]
    }

    /// Values side by side along the last axis.
    mutating func joined(_ values: [Value]) -> Value {
        values.count == 1 ? values[0] : add("Concat", values, [("axis", .int(-1))], outputs: 1)[0]
    }

    /// The parts of the last axis that have these sizes.
    mutating func split(_ value: Value, _ sizes: [Int]) -> [Value] {
        if sizes.count == 1 { return [value] }
        return add("Split", [value, integers(sizes)], [("axis", .int(-1))], outputs: sizes.count)
    }

    private mutating func add(
        _ operation: String, _ inputs: [Value], _ attributes: [(name: String, value: Attribute)], outputs: Int
    ) -> [Value] {
        let values = (0..<outputs).map { _ in Value(name: fresh(operation)) }
        nodes.append(
            Node(
                operation: operation, inputs: inputs.map(\.name), outputs: values.map(\.name), attributes: attributes))
        return values
    }

    private mutating func fresh(_ stem: String) -> String {
        count += 1
        return "\(stem).\(count)"
    }
}
