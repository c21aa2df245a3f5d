import Foundation
import Networks
import Tensors
import WorldModels

/// One training step on given parameters, batch and noise, with everything that came out: how an agent is compared
/// with the executable specification.
public enum Parity {
    /// Reads `config.json`, `params.safetensors` and `batch.safetensors` in `directory`, trains one step, and returns
    /// losses, statistics, gradients (before clipping), parameters and state after the step under the same names.
    public static func run(_ directory: URL, threads: Int) throws -> Archive {
        let configuration = try JSONDecoder().decode(
            AgentConfiguration.self, from: Data(contentsOf: directory.appendingPathComponent("config.json")))
        let agent = Agent(configuration, threads: threads)
        try agent.restoreParity(Archive(contentsOf: directory.appendingPathComponent("params.safetensors")))
        let (batch, noise) = try agent.readParityBatch(
            Archive(contentsOf: directory.appendingPathComponent("batch.safetensors")))
        let metrics = agent.train(batch, noise: noise)
        return agent.parityResult(metrics)
    }
}

extension Agent {
    /// Archives call parameters `param.…` and what is not trained by an optimiser or average `state.…`.
    private func parityName(_ specification: ParameterSpecification) -> String {
        (specification.group == .statistics ? "state." : "param.") + specification.name
    }

    fileprivate func restoreParity(_ archive: Archive) throws {
        for entry in store.entries {
            let specification = entry.specification
            store.restore(
                specification.name, from: try archive.floats(parityName(specification), shape: specification.shape))
        }
        let range = try archive.floats("state.return_norm", shape: [2])
        (returnRange.low, returnRange.high) = (range[0], range[1])
    }

    fileprivate func parityResult(_ metrics: Metrics) -> Archive {
        var archive = Archive()
        for (name, value) in metrics.named { archive.set(name, [value], shape: []) }
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

    /// Files are batch-major; memory is time-major, and imagination starts in the same order.
    fileprivate func readParityBatch(_ archive: Archive) throws -> (SequenceBatchInput, StepNoise) {
        let c = configuration
        guard let shape = archive.entries["action"]?.shape, shape.count == 3 else {
            throw ArchiveError("batch.safetensors has no tensor action [batch, length, actions]")
        }
        let (b, t) = (shape[0], shape[1])
        let batch = makeBatch(b, t)
        let noise = makeNoise(rows: batch.rows)
        let pixels = c.image * c.image * c.channels
        let images = try archive.uint8s("image", shape: [b, t + 1, c.image, c.image, c.channels])
        batch.images.copy(from: transposed(images, b, t + 1, pixels))
        batch.actions.copy(from: transposed(try archive.floats("action", shape: [b, t, c.actions]), b, t, c.actions))
        batch.rewards.copy(from: transposed(try archive.floats("reward", shape: [b, t]), b, t, 1))
        batch.first.copy(from: transposed(try archive.uint8s("is_first", shape: [b, t]), b, t, 1))
        batch.terminal.copy(from: transposed(try archive.uint8s("is_terminal", shape: [b, t]), b, t, 1))
        for (kind, posterior, imagined) in [
            ("z", noise.posteriorZ, noise.imaginedZ), ("d", noise.posteriorD, noise.imaginedD),
        ] {
            guard let posterior, let imagined else { continue }
            let groups = posterior.columns
            posterior.copy(
                from: transposed(
                    try archive.floats("noise.posterior_\(kind)", shape: [b, t, groups]), b, t, groups))
            imagined.copy(
                from: steps(
                    try archive.floats("noise.imagined_\(kind)", shape: [c.horizon, b * t, groups]), b, t, groups))
        }
        let width = noise.policy.columns
        noise.policy.copy(
            from: steps(
                try archive.floats("noise.policy", shape: [c.horizon + 1, b * t] + (c.discrete ? [] : [width])), b, t,
                width))
        return (batch, noise)
    }

    /// [b, t, width] as [t, b, width].
    private func transposed<Element>(_ values: [Element], _ b: Int, _ t: Int, _ width: Int) -> [Element] {
        var result: [Element] = []
        result.reserveCapacity(values.count)
        for step in 0..<t {
            for sequence in 0..<b {
                let start = (sequence * t + step) * width
                result += values[start..<start + width]
            }
        }
        return result
    }

    /// The same for each imagined step.
    private func steps(_ values: [Float], _ b: Int, _ t: Int, _ width: Int) -> [Float] {
        let size = b * t * width
        return stride(from: 0, to: values.count, by: size).flatMap { start in
            transposed(Array(values[start..<start + size]), b, t, width)
        }
    }
}
