import AgentChoice
import Agents
import Tensors
import WorldModels

/// What an acting policy computes in one step as an ONNX graph: observation, state and random numbers in, action and state out.
///
/// The equations are those of the executable specification, its names are those of the weights. All randomness is an input.
public struct ActingGraph {
    let configuration: AgentConfiguration
    var graph = OnnxGraph()
    private let shapes: [String: [Int]]
    private let weights: [String: [Float]]
    private var parameters: [String: OnnxGraph.Value] = [:]

    /// - Parameter weights: values by name in the archive's order; all that acting needs are there.
    public init(_ configuration: AgentConfiguration, weights: [String: [Float]]) {
        self.configuration = configuration
        self.weights = weights
        shapes = Dictionary(
            uniqueKeysWithValues: ActingPolicy.specifications(configuration).map { ($0.name, $0.shape) })
        build()
    }

    /// The bytes of the file.
    /// - Parameters:
    ///   - producer: the program that writes it.
    ///   - configuration: what goes with it as text.
    public func encoded(producer: String, configuration: String) -> [UInt8] {
        graph.encoded(producer: producer, metadata: [("config", configuration)])
    }

    /// A weight under its name, made known to the graph once.
    mutating func weight(_ name: String) -> OnnxGraph.Value {
        if let known = parameters[name] { return known }
        guard let shape = shapes[name], let values = weights[name] else {
            preconditionFailure("acting needs no weight \(name), or it is missing")
        }
        let value = graph.parameter(name, values, shape)
        parameters[name] = value
        return value
    }

    // MARK: The step

    /// The state between two steps; `d` is what stands beside z, nil where nothing does.
    struct State {
        var h, z: OnnxGraph.Value
        var d: OnnxGraph.Value?
    }

    private mutating func build() {
        let c = configuration
        let first = graph.input("first", .bool, [])
        let starts = graph("Reshape", first, graph.integers([-1, 1]))
        let observed = observe(starts)
        var before = State(
            h: graph.input("h", .float, [c.deterministic]), z: graph.input("z", .float, [c.latent]),
            d: c.modulationLatent > 0 ? graph.input("d", .float, [c.modulationLatent]) : nil)
        let action = graph.input("action", .float, [c.actions])
        before = restarted(before, starts)
        let after = advanced(before, limited(action, starts), observed)
        act(after)
        graph.output(after.h, as: "h_next", [c.deterministic])
        graph.output(after.z, as: "z_next", [c.latent])
        if let d = after.d { graph.output(d, as: "d_next", [c.modulationLatent]) }
    }

    /// The state before an episode where one starts: h = tanh(w), z and d the modes of their priors at h.
    private mutating func restarted(_ state: State, _ starts: OnnxGraph.Value) -> State {
        let c = configuration
        let h = graph("Reshape", graph("Tanh", weight("rssm.initial")), graph.integers([1, c.deterministic]))
        let z = mode(probabilities("prior_z", h, classes: c.classes), classes: c.classes)
        var d: OnnxGraph.Value?
        if let old = state.d {
            let classes = c.modulationClasses
            let new =
                c.modulation
                ? mode(probabilities("prior_d", h, classes: classes), classes: classes) : graph.constant(0)
            d = graph("Where", starts, new, old)
        }
        return State(h: graph("Where", starts, h, state.h), z: graph("Where", starts, z, state.z), d: d)
    }

    /// The state after an observation.
    private mutating func advanced(_ s: State, _ action: OnnxGraph.Value, _ x: Observed) -> State {
        let c = configuration
        let inputs = [s.z] + (c.modulationInSequence ? [s.d].compactMap(\.self) : []) + [action]
        let h = recurrent(dense("rssm.input", graph.joined(inputs)), s.h)
        let z = posterior("z", h, x.features, groups: c.stochastic, classes: c.classes)
        guard s.d != nil else { return State(h: h, z: z, d: nil) }
        guard let differential = x.differential else { return State(h: h, z: z, d: graph("Sub", z, s.z)) }
        let d = posterior("d", h, differential, groups: c.modulationStochastic, classes: c.modulationClasses)
        return State(h: h, z: z, d: d)
    }

    private mutating func posterior(
        _ kind: String, _ h: OnnxGraph.Value, _ features: OnnxGraph.Value, groups: Int, classes: Int
    ) -> OnnxGraph.Value {
        let noise = graph.input("noise_\(kind)", .float, [groups])
        let p = probabilities("posterior_\(kind)", graph.joined([h, features]), classes: classes)
        return sampled(p, noise, classes: classes)
    }

    // MARK: The action

    private mutating func act(_ s: State) {
        let c = configuration
        let features = [s.h, s.z] + (c.modulationInHeads ? [s.d].compactMap(\.self) : [])
        let output = perceptron("actor", graph.joined(features))
        let noise = graph.input("noise_action", .float, [c.policyNoise])
        if c.discrete { choose(output, noise) } else { draw(output, noise) }
    }

    private mutating func choose(_ output: OnnxGraph.Value, _ noise: OnnxGraph.Value) {
        let c = configuration
        var (all, samples, modes): ([OnnxGraph.Value], [OnnxGraph.Value], [OnnxGraph.Value]) = ([], [], [])
        let noises = graph.split(noise, c.groups.map { _ in 1 })
        for ((logits, noise), size) in zip(zip(graph.split(output, c.groups), noises), c.groups) {
            let p = mixed(graph("Reshape", logits, graph.integers([-1, 1, size])), classes: size)
            all.append(flat(p, size))
            samples.append(sampled(p, noise, classes: size))
            modes.append(mode(p, classes: size))
        }
        graph.output(graph.joined(samples), as: "action_sample", [c.actions])
        graph.output(graph.joined(modes), as: "action_mode", [c.actions])
        graph.output(graph.joined(all), as: "probabilities", [c.actions])
    }

    private mutating func draw(_ output: OnnxGraph.Value, _ noise: OnnxGraph.Value) {
        let count = configuration.actions
        let parts = graph.split(output, [count, count])
        let mean = graph("Tanh", parts[0])
        let spread = graph("Sigmoid", graph("Add", parts[1], graph.constant(2)))
        let deviation = graph("Add", graph("Mul", spread, graph.constant(0.9)), graph.constant(0.1))
        graph.output(graph("Add", mean, graph("Mul", deviation, noise)), as: "action_sample", [count])
        graph.output(mean, as: "action_mode", [count])
        graph.output(mean, as: "mean", [count])
        graph.output(deviation, as: "deviation", [count])
    }
}
