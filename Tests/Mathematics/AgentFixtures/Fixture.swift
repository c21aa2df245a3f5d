import AgentChoice
import Agents
import Foundation
import Inspection
import Measurements
import Networks
import Tensors
import WorldModels

/// The executable specification's steps: configuration, parameters, batch, and what must come out.
public enum Fixture {
    public static let names =
        [
            "dreamerv3", "dymodreamer", "mudreamer", "dymodreamer-continuous", "mudreamer-continuous",
            "dreamerv3-vector",
            "dreamerv3-multidiscrete", "mudreamer-128", "mudreamer-image-and-vector", "dymodreamer-release",
            "dymodreamer-poster-divergence", "latent-difference", "latent-difference-continuous",
            "reconstructing-differential", "appending-differential", "mudreamer-modulated",
        ] + clearNames

    /// Those of which no sample is decided by less than a hundredth: the noise lies in the middle of what is chosen, so that
    /// coarser arithmetic chooses the same, and can be compared.
    public static let clearNames = ["dreamerv3-rounded", "dymodreamer-rounded", "mudreamer-rounded"]

    public static func directory(_ name: String) -> URL {
        Bundle.module.bundleURL.appendingPathComponent("Fixtures").appendingPathComponent(name)
    }

    public static func configuration(_ name: String) throws -> AgentConfiguration {
        try Parity.configuration(directory(name))
    }
}

/// Fills a batch with pictures that move, random actions and rewards, and the starts and ends of episodes.
public func fill(_ batch: SequenceBatchInput, _ c: AgentConfiguration, seed: UInt64) {
    var random = RandomStream(seed: seed)
    batch.images?.copy(
        from: (0..<(batch.rows + batch.batch) * c.imageBytes).map { index in
            let (frame, pixel) = index.quotientAndRemainder(dividingBy: c.imageBytes)
            let shift = 3 * (frame / batch.batch)
            return UInt8(((pixel / c.channels % c.image + shift) / 8 * 40 + frame % batch.batch * 20) & 255)
        })
    batch.vectors?.copy(
        from: (0..<batch.rows * c.vector).map { index in
            Float(index / c.vector / batch.batch) * Float(index % c.vector - 2) + 0.1 * random.normal()
        })
    batch.actions.copy(
        from: (0..<batch.rows).flatMap { _ in
            c.groups.flatMap { choices -> [Float] in
                let chosen = Int.random(in: 0..<choices, using: &random)
                return (0..<choices).map { c.discrete ? ($0 == chosen ? 1 : 0) : 1.5 * random.normal() }
            }
        })
    batch.rewards.copy(from: (0..<batch.rows).map { Float($0 % 5) - 1 })
    batch.first.copy(from: (0..<batch.rows).map { $0 < batch.batch || $0 == 3 * batch.batch + 1 ? 1 : 0 })
    batch.terminal.copy(from: (0..<batch.rows).map { $0 == 2 * batch.batch + 1 ? 1 : 0 })
}

extension Agent {
    /// One training step on a synthetic batch.
    public func trainOnce(batch size: Int, length: Int, batchSeed: UInt64 = 1, noiseSeed: UInt64 = 2) -> TrainingMetrics
    {
        let batch = makeBatch(size, length)
        fill(batch, configuration, seed: batchSeed)
        return trainOnce(batch, noiseSeed: noiseSeed)
    }

    public func trainOnce(_ batch: SequenceBatchInput, noiseSeed: UInt64) -> TrainingMetrics {
        let noise = makeNoise(rows: batch.rows)
        var random = RandomStream(seed: noiseSeed)
        noise.fill(&random, discrete: configuration.discrete)
        return train(batch, noise: noise)
    }

    /// Every bit of what a training step changes.
    public var bits: [UInt32] {
        store.names.flatMap { store.archived($0).map(\.bitPattern) }
            + store.trainedNames.flatMap { store.archived($0, .mean).map(\.bitPattern) }
            + [returnRange.low.bitPattern, returnRange.high.bitPattern]
    }
}
