// The field numbers are those of onnx.proto.

extension OnnxGraph {
    /// LayerNormalization came with this set of operators.
    private static let operators = 17
    private static let formatVersion = 8

    /// The bytes of a `ModelProto`.
    /// - Parameter metadata: texts that a reader finds beside the graph.
    func encoded(producer: String, metadata: [(key: String, value: String)]) -> [UInt8] {
        var model = ProtobufWriter()
        model.number(1, Self.formatVersion)
        model.text(2, producer)
        model.message(7) { encode(into: &$0) }
        model.message(8) { $0.number(2, Self.operators) }
        for (key, value) in metadata {
            model.message(14) {
                $0.text(1, key)
                $0.text(2, value)
            }
        }
        return model.bytes
    }

    private func encode(into graph: inout ProtobufWriter) {
        for node in nodes { graph.message(1, node.encode) }
        graph.text(2, "acting step")
        for constant in constants { graph.message(5, constant.encode) }
        for port in inputs { graph.message(11, port.encode) }
        for port in outputs { graph.message(12, port.encode) }
    }
}

extension OnnxGraph.Node {
    fileprivate func encode(into node: inout ProtobufWriter) {
        for input in inputs { node.text(1, input) }
        for output in outputs { node.text(2, output) }
        node.text(3, outputs[0])
        node.text(4, operation)
        for attribute in attributes {
            node.message(5) {
                $0.text(1, attribute.name)
                attribute.value.encode(into: &$0)
            }
        }
    }
}

extension OnnxGraph.Attribute {
    /// The value, and which kind it is.
    fileprivate func encode(into attribute: inout ProtobufWriter) {
        switch self {
        case .float(let value):
            attribute.float(2, value)
            attribute.number(20, 1)
        case .int(let value):
            attribute.number(3, value)
            attribute.number(20, 2)
        case .ints(let values):
            for value in values { attribute.number(8, value) }
            attribute.number(20, 7)
        }
    }
}

extension OnnxGraph.Constant {
    fileprivate func encode(into tensor: inout ProtobufWriter) {
        for extent in shape { tensor.number(1, extent) }
        switch values {
        case .floats(let values):
            tensor.number(2, OnnxGraph.Element.float.rawValue)
            tensor.raw(9, values)
        case .integers(let values):
            tensor.number(2, OnnxGraph.Element.int64.rawValue)
            tensor.raw(9, values)
        }
        tensor.text(8, name)
    }
}

extension OnnxGraph.Port {
    fileprivate func encode(into port: inout ProtobufWriter) {
        port.text(1, name)
        port.message(2) { type in
            type.message(1) { tensor in
                tensor.number(1, element.rawValue)
                tensor.message(2) { whole in
                    whole.message(1) { $0.text(2, "rows") }
                    for extent in shape { whole.message(1) { $0.number(1, extent) } }
                }
            }
        }
    }
}
