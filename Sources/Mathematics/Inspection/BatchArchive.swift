import AgentChoice
import Agents
import Networks
import Tensors
import WorldModels

/// Batches as files: tensors under the names of the executable specification, batch-major, while memory is time-major.
///
///     image           uint8 [batch, length + 1, size, size, channels], the first frame only serves as o₋₁
///     vector          [batch, length, values]; an agent need not have both
///     action          [batch, length, actions]
///     reward          [batch, length]
///     is_first        uint8 [batch, length], as is_terminal
///     noise.posterior_z, noise.imagined_z, noise.policy, and the same of d: [batch, length, groups],
///                     [horizon, starts, groups], [horizon + 1, starts] (several discrete actions: and those,
///                     continuous ones: and actions);
///                     start b · length + t
extension Agent {
    /// Reads a batch and its noise into the step's arena.
    /// - Throws: `ArchiveError` where a tensor is missing or has another shape.
    public func read(_ archive: Archive) throws -> (SequenceBatchInput, StepNoise) {
        guard let shape = archive.entries["action"]?.shape, shape.count == 3 else {
            throw ArchiveError("batch.safetensors has no tensor action [batch, length, actions]")
        }
        let batch = makeBatch(shape[0], shape[1])
        let noise = makeNoise(rows: batch.rows)
        for tensor in tensors(batch) {
            switch tensor.memory {
            case .floats(let values):
                values.copy(from: swapped(try archive.floats(tensor.name, shape: tensor.shape), tensor.shape))
            case .bytes(let values):
                values.copy(from: swapped(try archive.uint8s(tensor.name, shape: tensor.shape), tensor.shape))
            }
        }
        for part in parts(noise, batch) {
            let values = try archive.floats(part.name, shape: part.shape)
            part.tensor.copy(from: steps(values, part) { swapped($0, $1) })
        }
        return (batch, noise)
    }

    /// A batch and its noise, as `read` takes them.
    public func archive(_ batch: SequenceBatchInput, _ noise: StepNoise) -> Archive {
        var archive = Archive()
        for tensor in tensors(batch) {
            let inMemory = [tensor.shape[1], tensor.shape[0]] + tensor.shape[2...]
            switch tensor.memory {
            case .floats(let values):
                archive.set(tensor.name, swapped(values.array, inMemory), shape: tensor.shape)
            case .bytes(let values):
                archive.set(tensor.name, bytes: swapped(values.array, inMemory), shape: tensor.shape)
            }
        }
        for part in parts(noise, batch) {
            let values = steps(part.tensor.array, part) { values, shape in
                swapped(values, [shape[1], shape[0]] + shape[2...])
            }
            archive.set(part.name, values, shape: part.shape)
        }
        return archive
    }

    // MARK: What is where

    private enum Memory {
        case floats(Tensor)
        case bytes(Bytes)
    }

    private func tensors(_ batch: SequenceBatchInput) -> [(name: String, memory: Memory, shape: [Int])] {
        let c = configuration
        let steps = [batch.batch, batch.length]
        let images = batch.images.map {
            ("image", Memory.bytes($0), [batch.batch, batch.length + 1, c.image, c.image, c.channels])
        }
        let vectors = batch.vectors.map { ("vector", Memory.floats($0), steps + [c.vector]) }
        return [images, vectors].compactMap(\.self) + [
            ("action", .floats(batch.actions), steps + [c.actions]), ("reward", .floats(batch.rewards), steps),
            ("is_first", .bytes(batch.first), steps), ("is_terminal", .bytes(batch.terminal), steps),
        ]
    }

    private struct NoisePart {
        let name: String
        let tensor: Tensor
        /// In the file.
        let shape: [Int]
        /// Of one step in the file, sequences and their steps apart.
        let step: [Int]
    }

    private func parts(_ noise: StepNoise, _ batch: SequenceBatchInput) -> [NoisePart] {
        let (c, rows) = (configuration, [batch.batch, batch.length])
        var parts: [NoisePart] = []
        for (kind, posterior, imagined) in [
            ("z", noise.posteriorZ, noise.imaginedZ), ("d", noise.posteriorD, noise.imaginedD),
        ] {
            guard let posterior, let imagined else { continue }
            let step = rows + [posterior.columns]
            parts.append(NoisePart(name: "noise.posterior_\(kind)", tensor: posterior, shape: step, step: step))
            parts.append(
                NoisePart(
                    name: "noise.imagined_\(kind)", tensor: imagined,
                    shape: [c.horizon, batch.rows, posterior.columns], step: step))
        }
        let width = c.discrete && c.policyNoise == 1 ? [] : [c.policyNoise]
        parts.append(
            NoisePart(
                name: "noise.policy", tensor: noise.policy, shape: [c.horizon + 1, batch.rows] + width,
                step: rows + width))
        return parts
    }

    // MARK: Order

    /// Each step of `values` for itself.
    private func steps(_ values: [Float], _ part: NoisePart, _ order: ([Float], [Int]) -> [Float]) -> [Float] {
        let size = part.step.reduce(1, *)
        return stride(from: 0, to: values.count, by: size).flatMap { order(Array(values[$0..<$0 + size]), part.step) }
    }

    /// Values [m, n, …] as [n, m, …].
    private func swapped<Element>(_ values: [Element], _ shape: [Int]) -> [Element] {
        let width = shape[2...].reduce(1, *)
        var result: [Element] = []
        result.reserveCapacity(values.count)
        for column in 0..<shape[1] {
            for row in 0..<shape[0] {
                let start = (row * shape[1] + column) * width
                result += values[start..<start + width]
            }
        }
        return result
    }
}
