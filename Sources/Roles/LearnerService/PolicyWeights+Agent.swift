import Agents
import Numbers
import Tensors
import Wire

extension PolicyWeights {
    /// Copies what acting needs from where the agent's optimisers keep it, once.
    package init(of agent: Agent, version: UInt64, precision: Precision = .float32) {
        self.init(version: version, layout: WeightsLayout(agent.actingLayout), precision: precision) {
            agent.copyActingWeights(into: $0)
        }
    }
}

extension WeightsLayout {
    fileprivate init(_ layout: ParameterLayout) {
        self.init(
            fingerprint: layout.fingerprint, tensors: layout.places.map { ($0.name, shape: [$0.rows, $0.columns]) })
    }
}
