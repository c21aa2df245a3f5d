import AgentChoice
import Agents
import ArgumentParser
import Display
import Inspection
import Replay
import Settings
import Tensors
import WorldModels

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show an agent's parameters, the memory it needs, and the work of a training step and of a forward.",
        discussion: """
            Everything is counted by a step that computes nothing and needs no memory for it. Without --preset or --env the batch is that of \
            the papers, 16 x 64. How many actions an environment has is only known once it is started: --set \
            agent.actions=4. The forward is that of Table 11 of the MuDreamer paper: what the world model predicts of 64 frames.

            Examples:
              dreamer inspect --preset atari100k
              dreamer inspect --size XL --set agent.actions=4 --json
            """)

    @OptionGroup var settings: ConfigurationOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        // Given a configuration to start from, no preset is chosen for somebody who names none.
        let configuration = try settings.resolve(over: Configuration())
        let report = InspectionReport(configuration.agent)
        if json { Output.line(try Output.json(report, readable: true)) } else { report.lines.forEach(Output.line) }
        if !json { Output.line("\n" + StorageEngine.description) }
    }
}

/// What `inspect` says, as numbers and as text.
struct InspectionReport: Encodable {
    struct Module: Encodable {
        let name: String
        let parameters: Int
    }

    struct Parameters: Encodable {
        let model: Int
        /// Of decoders on stopped features, which an optimiser of their own steps.
        let decoder: Int
        let actor: Int
        let critic: Int
        /// Slow copies, and running statistics: not trained.
        let slow: Int
        let statistics: Int
        let modules: [Module]
    }

    struct Bytes: Encodable {
        let parameters: Int
        let gradients: Int
        let optimizer: Int
        let activations: Int
        let broadcast: Int
    }

    struct Work: Encodable {
        let part: String
        let nominal: Double
        let executed: Double

        init(_ part: String, _ work: WorkCount) {
            self.part = part
            (nominal, executed) = (1e-9 * Double(work.nominal), 1e-9 * Double(work.executed))
        }
    }

    /// What the world model predicts of some frames in a row, forwards only.
    struct Forward: Encodable {
        let frames: Int
        let gigaMultiplyAdds: Double

        enum CodingKeys: String, CodingKey {
            case frames
            case gigaMultiplyAdds = "giga_multiply_adds"
        }
    }

    let agent: String
    /// Height, width and channels; zeros where there are no images.
    let image: [Int]
    let vector: Int
    let actions: Int
    let groups: [Int]
    let discrete: Bool
    let batch: Int
    let length: Int
    let horizon: Int
    let parameters: Parameters
    let bytes: Bytes
    /// Of a training step, and of its parts.
    let gigaflop: Work
    let gigaflopOfParts: [Work]
    let forward: Forward

    enum CodingKeys: String, CodingKey {
        case agent, image, vector, actions, groups, discrete, batch, length, horizon, parameters, bytes, gigaflop,
            forward
        case gigaflopOfParts = "gigaflop_of_parts"
    }

    init(_ c: AgentConfiguration) {
        let (inventory, cost) = (ModelInventory(c), StepCost(c))
        (agent, image, vector) = (c.agent, [c.image, c.image, c.channels], c.vector)
        (actions, groups, discrete) = (c.actions, c.groups, c.discrete)
        (batch, length, horizon) = (c.batch, c.length, c.horizon)
        parameters = Parameters(
            model: inventory.parameters(.model), decoder: inventory.parameters(.decoder),
            actor: inventory.parameters(.actor),
            critic: inventory.parameters(.critic), slow: inventory.parameters(.slow),
            statistics: inventory.parameters(.statistics),
            modules: inventory.modules.map { Module(name: $0.name, parameters: $0.parameters) })
        bytes = Bytes(
            parameters: inventory.parameterBytes, gradients: inventory.gradientBytes,
            optimizer: inventory.optimizerBytes, activations: cost.activationBytes, broadcast: inventory.broadcastBytes)
        gigaflop = Work("training step", cost.work)
        gigaflopOfParts = cost.parts.map { Work($0.name, $0.work) }
        forward = Forward(frames: ForwardCost.frames, gigaMultiplyAdds: 1e-9 * Double(ForwardCost.multiplyAdds(c)))
    }

    // MARK: Text

    /// Tables for people.
    var lines: [String] {
        let kind = discrete ? "discrete actions" : "action values"
        return [
            "\(agent): \(observations), \(groups.map(String.init).joined(separator: " + ")) \(kind), "
                + "\(batch) × \(length) steps, \(horizon) imagined",
            "",
        ] + parameterLines + [""] + memoryLines + [""] + workLines
    }

    /// "64×64×3 images and vectors of 5".
    private var observations: String {
        let images = image[0] > 0 ? [image.map(String.init).joined(separator: "×") + " images"] : []
        return (images + (vector > 0 ? ["vectors of \(vector)"] : [])).joined(separator: " and ")
    }

    private var parameterLines: [String] {
        let groups = [
            ("model", parameters.model), ("stopped decoder", parameters.decoder), ("actor", parameters.actor),
            ("critic", parameters.critic),
            ("slow copies", parameters.slow), ("statistics", parameters.statistics),
        ]
        return [Self.row("parameters", ["number"])]
            + groups.filter { $0.1 > 0 }.map { Self.row($0.0, [NumberText.grouped($0.1)]) }
            + [Self.row("of which", [])]
            + parameters.modules.map { Self.row("  " + $0.name, [NumberText.grouped($0.parameters)]) }
    }

    private var memoryLines: [String] {
        [Self.row("memory", ["MiB"])]
            + [
                ("parameters", bytes.parameters), ("gradients", bytes.gradients), ("optimiser", bytes.optimizer),
                ("activations of a step", bytes.activations), ("weights sent to actors", bytes.broadcast),
            ].map { Self.row($0.0, [NumberText.short(Double($0.1) / 0x1p20)]) }
    }

    private var workLines: [String] {
        [Self.row("GFLOP of a training step", ["nominal", "executed"])]
            + (gigaflopOfParts + [gigaflop]).map {
                Self.row(
                    $0.part == gigaflop.part ? "total" : $0.part,
                    [NumberText.short($0.nominal), NumberText.short($0.executed)])
            }
            + [
                "",
                Self.row(
                    "forward of \(forward.frames) frames, 10⁹ multiply-adds",
                    [NumberText.short(forward.gigaMultiplyAdds)]),
            ]
    }

    /// A label and numbers that end in the same columns.
    private static func row(_ label: String, _ cells: [String]) -> String {
        let padded = label + String(repeating: " ", count: max(1, 26 - label.count))
        return cells.reduce(cells.isEmpty ? label : padded) {
            $0 + String(repeating: " ", count: max(1, 14 - $1.count)) + $1
        }
    }
}
