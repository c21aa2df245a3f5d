import AgentChoice

extension ActingGraph {
    /// y = W x + b, W archived [outputs, inputs].
    private mutating func linear(_ name: String, bias: Bool, _ x: OnnxGraph.Value) -> OnnxGraph.Value {
        let matrix = weight("\(name).weight")
        return bias
            ? graph("Gemm", x, matrix, weight("\(name).bias"), attributes: ("transB", .int(1)))
            : graph("Gemm", x, matrix, attributes: ("transB", .int(1)))
    }

    mutating func layerNorm(_ name: String, _ x: OnnxGraph.Value) -> OnnxGraph.Value {
        graph(
            "LayerNormalization", x, weight("\(name).norm.scale"), weight("\(name).norm.offset"),
            attributes: ("axis", .int(-1)), ("epsilon", .float(configuration.normEpsilon)))
    }

    /// With running statistics, as when acting.
    private mutating func batchNorm(_ name: String, _ x: OnnxGraph.Value) -> OnnxGraph.Value {
        let variance = graph(
            "Add", weight("\(name).norm.running_variance"), graph.constant(configuration.batchNormEpsilon))
        let centred = graph("Sub", x, weight("\(name).norm.running_mean"))
        let scaled = graph("Mul", graph("Div", centred, graph("Sqrt", variance)), weight("\(name).norm.scale"))
        return graph("Add", scaled, weight("\(name).norm.offset"))
    }

    /// SiLU.
    mutating func activated(_ x: OnnxGraph.Value) -> OnnxGraph.Value { graph("Mul", x, graph("Sigmoid", x)) }

    mutating func dense(_ name: String, _ x: OnnxGraph.Value) -> OnnxGraph.Value {
        activated(layerNorm(name, linear(name, bias: false, x)))
    }

    mutating func layers(_ name: String, _ x: OnnxGraph.Value) -> OnnxGraph.Value {
        var y = x
        for layer in 0..<configuration.layers { y = dense("\(name).layers.\(layer)", y) }
        return y
    }

    mutating func perceptron(_ name: String, _ x: OnnxGraph.Value) -> OnnxGraph.Value {
        linear("\(name).out", bias: true, layers(name, x))
    }

    /// a / max(1, |a|); no action leads to an episode's first step.
    mutating func limited(_ action: OnnxGraph.Value, _ starts: OnnxGraph.Value) -> OnnxGraph.Value {
        let limit = graph("Max", graph("Abs", action), graph.constant(1))
        return graph("Where", starts, graph.constant(0), graph("Div", action, limit))
    }

    /// The LayerNorm GRU with update bias −1.
    mutating func recurrent(_ x: OnnxGraph.Value, _ h: OnnxGraph.Value) -> OnnxGraph.Value {
        let units = configuration.deterministic
        let gates = layerNorm("rssm.gru", linear("rssm.gru", bias: false, graph.joined([x, h])))
        let parts = graph.split(gates, [units, units, units])
        let candidate = graph("Tanh", graph("Mul", graph("Sigmoid", parts[0]), parts[1]))
        let update = graph("Sigmoid", graph("Sub", parts[2], graph.constant(1)))
        // u c + (1 − u) h.
        return graph("Add", h, graph("Mul", update, graph("Sub", candidate, h)))
    }

    // MARK: Categorical variables

    /// Probabilities [rows, groups, classes] of a prior or posterior.
    mutating func probabilities(_ name: String, _ x: OnnxGraph.Value, classes: Int) -> OnnxGraph.Value {
        let hidden = linear("rssm.\(name).hidden", bias: false, x)
        let isBatch = configuration.representationNorm == .batch && name.hasPrefix("posterior")
        let normed =
            isBatch ? batchNorm("rssm.\(name).hidden", hidden) : layerNorm("rssm.\(name).hidden", hidden)
        let logits = linear("rssm.\(name).logits", bias: true, activated(normed))
        return mixed(graph("Reshape", logits, graph.integers([0, -1, classes])), classes: classes)
    }

    /// A softmax with its share of the uniform distribution.
    mutating func mixed(_ logits: OnnxGraph.Value, classes: Int) -> OnnxGraph.Value {
        let unimix = configuration.unimix
        let p = graph("Mul", graph("Softmax", logits, attributes: ("axis", .int(-1))), graph.constant(1 - unimix))
        return graph("Add", p, graph.constant(unimix / Float(classes)))
    }

    /// The first class at which the sum of probabilities exceeds a uniform number; as one-hots in a row.
    mutating func sampled(
        _ p: OnnxGraph.Value, _ noise: OnnxGraph.Value, classes: Int
    ) -> OnnxGraph.Value {
        let sums = graph("CumSum", p, graph("Squeeze", graph.integers([2]), graph.integers([0])))
        let isAbove = graph("Greater", sums, graph("Unsqueeze", noise, graph.integers([-1])))
        return mode(
            graph("Cast", isAbove, attributes: ("to", .int(OnnxGraph.Element.float.rawValue))), classes: classes)
    }

    /// The first of the largest, as one-hots in a row.
    mutating func mode(_ p: OnnxGraph.Value, classes: Int) -> OnnxGraph.Value {
        let index = graph("ArgMax", p, attributes: ("axis", .int(-1)), ("keepdims", .int(0)))
        let oneHot = graph("OneHot", index, graph.integers([classes]), graph.constant([0, 1]))
        return graph("Flatten", oneHot)
    }

    mutating func flat(_ p: OnnxGraph.Value, _ size: Int) -> OnnxGraph.Value {
        graph("Reshape", p, graph.integers([-1, size]))
    }
}
