import AgentChoice
import Agents
import Tensors
import WorldModels

/// What an agent is made of, counted from its specifications.
public struct ModelInventory: Sendable {
    /// Parameters of one network, or of one part of the sequence model: the names up to their last common dot.
    public struct Module: Sendable, Equatable {
        public let name: String
        public let group: ParameterGroup
        public internal(set) var parameters: Int
    }

    /// In the order of the specifications.
    public private(set) var modules: [Module] = []
    /// What is broadcast to actors, in bytes.
    public let broadcastBytes: Int

    public init(_ configuration: AgentConfiguration) {
        for specification in Agent.specifications(configuration) {
            let name = Self.module(specification.name)
            let index = modules.firstIndex { $0.name == name && $0.group == specification.group }
            if let index {
                modules[index].parameters += specification.count
            } else {
                modules.append(Module(name: name, group: specification.group, parameters: specification.count))
            }
        }
        broadcastBytes = 4 * ActingPolicy.specifications(configuration).reduce(0) { $0 + $1.count }
    }

    /// Parameters of `group`.
    public func parameters(_ group: ParameterGroup) -> Int {
        modules.reduce(0) { $0 + ($1.group.isDisjoint(with: group) ? 0 : $1.parameters) }
    }

    /// Bytes of all values, trained or not.
    public var parameterBytes: Int { 4 * modules.reduce(0) { $0 + $1.parameters } }
    /// Bytes of the gradients of what is trained.
    public var gradientBytes: Int { 4 * parameters(ParameterGroup(ParameterGroup.optimized)) }
    /// Bytes of Adam's two moments.
    public var optimizerBytes: Int { 2 * gradientBytes }

    /// Bytes that the learner holds for all of these.
    public var heldBytes: Int { parameterBytes + gradientBytes + optimizerBytes }

    /// "encoder.convs.0.weight" belongs to encoder, "rssm.prior_z.hidden.weight" to rssm.prior_z.
    private static func module(_ name: String) -> String {
        let parts = name.split(separator: ".")
        return parts[0] == "rssm" ? parts[..<min(2, parts.count)].joined(separator: ".") : String(parts[0])
    }
}
