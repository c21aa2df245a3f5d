import AgentChoice
import Agents
import Foundation
import Measurements
import Networks
public import Numbers
import Tensors
import WorldModels

/// One training step on given parameters, batch and noise, with everything that came out: how an agent is compared
/// with the executable specification.
public enum Parity {
    /// Reads `config.json`, `params.safetensors` and `batch.safetensors` in `directory`, trains one step, and returns
    /// losses, statistics, gradients (before clipping), parameters and state after the step under the same names.
    public static func run(_ directory: URL, threads: Int, precision: Precision = .float32) throws -> Archive {
        let agent = Agent(try configuration(directory), threads: threads, precision: precision)
        try agent.restoreParity(Archive(contentsOf: directory.appendingPathComponent("params.safetensors")))
        let (batch, noise) = try agent.read(
            Archive(contentsOf: directory.appendingPathComponent("batch.safetensors")))
        let metrics = agent.train(batch, noise: noise)
        return agent.parityResult(metrics)
    }

    /// Reads `config.json` in `directory`, which names every key that the executable specification has.
    public static func configuration(_ directory: URL) throws -> AgentConfiguration {
        let file = directory.appendingPathComponent("config.json")
        let data: Data
        do { data = try Data(contentsOf: file) } catch {
            throw ArchiveError("\(file.path) cannot be read: \(error.localizedDescription)")
        }
        guard var keys = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] else {
            throw ArchiveError("\(file.path) is not a JSON object; the executable specification writes one")
        }
        if let missing = AgentConfiguration.specifiedKeys.first(where: { keys[$0] == nil }) {
            throw ArchiveError("\(file.path): \(missing) is missing or of the wrong kind")
        }
        // A list there, text here, as a setting has no lists.
        if let groups = keys["action_groups"] as? [Int] {
            keys["action_groups"] = groups.map(String.init).joined(separator: ",")
        }
        do {
            return try JSONDecoder().decode(
                AgentConfiguration.self, from: try JSONSerialization.data(withJSONObject: keys))
        } catch let error as DecodingError {
            throw ArchiveError("\(file.path): \(error.key) is missing or of the wrong kind")
        }
    }
}

extension DecodingError {
    /// The key that could not be read.
    fileprivate var key: String {
        switch self {
        case .keyNotFound(let key, _): key.stringValue
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            context.codingPath.last?.stringValue ?? "the file"
        @unknown default: "the file"
        }
    }
}

extension Agent {
    /// Archives call parameters `param.…` and what is not trained by an optimiser or average `state.…`.
    private func parityName(_ specification: ParameterSpecification) -> String {
        (specification.group == .statistics ? "state." : "param.") + specification.name
    }

    /// Takes parameters and statistics from a fixture.
    package func restoreParity(_ archive: Archive) throws {
        for entry in store.entries {
            let specification = entry.specification
            store.restore(
                specification.name, from: try archive.floats(parityName(specification), shape: specification.shape))
        }
        let range = try archive.floats("state.return_norm", shape: [2])
        (returnRange.low, returnRange.high) = (range[0], range[1])
    }

    /// What a fixture expects of a step.
    package func parityResult(_ metrics: TrainingMetrics) -> Archive {
        var archive = Archive()
        for (metric, value) in metrics.all { archive.set(metric.key, [value], shape: []) }
        for entry in store.entries {
            let specification = entry.specification
            archive.set(parityName(specification), store.archived(specification.name), shape: specification.shape)
            guard specification.group.isTrained else { continue }
            archive.set(
                "grad.\(specification.name)", store.archived(specification.name, .gradient), shape: specification.shape)
        }
        archive.set("state.return_norm", [returnRange.low, returnRange.high], shape: [2])
        return archive
    }
}
