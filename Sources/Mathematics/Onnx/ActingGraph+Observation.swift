import AgentChoice
import WorldModels

extension ActingGraph {
    /// Features x of an observation, and of its differential where d is made of that.
    struct Observed {
        let features: OnnxGraph.Value
        let differential: OnnxGraph.Value?
    }

    /// Declares what is observed, and encodes it.
    /// - Parameter starts: where episodes begin [rows, 1].
    mutating func observe(_ starts: OnnxGraph.Value) -> Observed {
        let c = configuration
        var features: [OnnxGraph.Value] = []
        var differential: OnnxGraph.Value?
        if c.seesImages {
            let pixels = channelsFirst(graph("Cast", graph.input("image", .uint8, imageShape), attributes: floats))
            var seen = scaled(pixels)
            if c.observesDifferential {
                let masked = masked(pixels, starts)
                if c.modulation { differential = encoder("dynamic_encoder", masked) }
                if c.differentialChannels { seen = joinedChannels(seen, masked) }
            }
            features.append(encoder("encoder", seen))
        }
        if c.seesVectors { features.append(vectorEncoder()) }
        return Observed(features: graph.joined(features), differential: differential)
    }

    private var imageShape: [Int] { [configuration.image, configuration.image, configuration.channels] }
    private var floats: (name: String, value: OnnxGraph.Attribute) { ("to", .int(OnnxGraph.Element.float.rawValue)) }

    private mutating func channelsFirst(_ value: OnnxGraph.Value) -> OnnxGraph.Value {
        graph("Transpose", value, attributes: ("perm", .ints([0, 3, 1, 2])))
    }

    private mutating func channelsLast(_ value: OnnxGraph.Value) -> OnnxGraph.Value {
        graph("Transpose", value, attributes: ("perm", .ints([0, 2, 3, 1])))
    }

    private mutating func scaled(_ pixels: OnnxGraph.Value) -> OnnxGraph.Value {
        graph("Div", pixels, graph.constant(255))
    }

    private mutating func joinedChannels(_ o: OnnxGraph.Value, _ masked: OnnxGraph.Value) -> OnnxGraph.Value {
        let (o, masked) = (channelsLast(o), channelsLast(masked))
        return channelsFirst(graph.joined([o, masked]))
    }

    /// o′ [rows, channels, size, size]: the image where it differs from the one before, or near to that.
    private mutating func masked(_ pixels: OnnxGraph.Value, _ starts: OnnxGraph.Value) -> OnnxGraph.Value {
        let c = configuration
        let previous = channelsFirst(graph("Cast", graph.input("previous", .uint8, imageShape), attributes: floats))
        let change = graph("Abs", graph("Sub", pixels, previous))
        // Whole numbers, so that half of one below is as good as the threshold.
        let moved = graph("Greater", change, graph.constant(Float(c.maskThresholdInBytes) - 0.5))
        let (window, border) = (c.maskDilation, c.maskDilation / 2)
        let mask = graph(
            "MaxPool", graph("Cast", moved, attributes: floats),
            attributes: ("kernel_shape", .ints([window, window])), ("strides", .ints([1, 1])),
            ("pads", .ints([border, border, border, border])))
        let goesOn = graph("Cast", graph("Not", starts), attributes: floats)
        let shown = graph("Mul", mask, graph("Reshape", goesOn, graph.integers([-1, 1, 1, 1])))
        return graph("Mul", shown, scaled(pixels))
    }

    private mutating func encoder(_ name: String, _ image: OnnxGraph.Value) -> OnnxGraph.Value {
        var x = graph("Sub", image, graph.constant(0.5))
        for stage in 0..<configuration.stages {
            let kernel = channelsFirst(weight("\(name).convs.\(stage).weight"))
            let y = graph(
                "Conv", x, kernel, attributes: ("kernel_shape", .ints([4, 4])), ("strides", .ints([2, 2])),
                ("pads", .ints([1, 1, 1, 1])))
            x = channelsFirst(activated(layerNorm("\(name).convs.\(stage)", channelsLast(y))))
        }
        return graph("Flatten", channelsLast(x))
    }

    private mutating func vectorEncoder() -> OnnxGraph.Value {
        let c = configuration
        let vector = graph.input("vector", .float, [c.vector])
        let size = graph("Log", graph("Add", graph("Abs", vector), graph.constant(1)))
        return layers("vector_encoder", graph("Mul", graph("Sign", vector), size))
    }
}
