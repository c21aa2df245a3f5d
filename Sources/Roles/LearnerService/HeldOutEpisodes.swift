import AgentChoice
import Agents
import Foundation
import Logging
import Measurements
import Replay
import Runs
import Settings
import Tensors
import WorldModels

/// Episodes that the world model is not trained on. What it makes of them, every some seconds of training, tells when it begins to
/// learn its own episodes by heart: then losses fall on those and rise on these. The training thread looks, between two steps
/// and with random numbers of its own, so that training goes the same way with them and without.
struct HeldOutEpisodes {
    /// Drawn once, as large as training's, so that every look is at the same steps.
    private static let batches = 4
    /// How many times as long as looking took training goes on before the next look.
    private static let rest = 20

    private let configuration: Configuration
    private let batches: [SequenceBatch]
    private let measurements: MeasurementHub
    private let logger: Logger
    private var clock: IntervalClock
    private var rested = ContinuousClock.now
    private var lowest: (loss: Float, trainSteps: Int)?

    /// Nil where the run has none, or too few to fill a sequence, which is said.
    /// - Throws: where they cannot be read.
    init?(
        _ configuration: Configuration, directory: RunDirectory, measurements: MeasurementHub, logger: Logger
    ) throws(ReplayError) {
        let path = directory.heldOut.path
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let shape = SampleShape(sequences: configuration.agent.batch, length: configuration.agent.length)
        do throws(ReplayError) {
            batches = try Self.draw(from: path, configuration, shape)
        } catch  where error.code == .empty {
            logger.warning(
                "there are fewer than \(shape.length + 1) held-out steps in a row: nothing is measured on them")
            return nil
        }
        self.configuration = configuration
        self.measurements = measurements
        self.logger = logger
        clock = IntervalClock(seconds: configuration.learner.logEvery)
    }

    private static func draw(
        from path: String, _ configuration: Configuration, _ shape: SampleShape
    ) throws(ReplayError) -> [SequenceBatch] {
        let replay = try ReplayBuffer(
            directory: path, configuration: configuration.replayConfiguration, shape: configuration.stepShape,
            training: shape)
        let sampler = replay.makeReportSampler(shape, state: SamplerState(seed: configuration.run.seed))
        let drawn: Result<[SequenceBatch], ReplayError>
        do throws(ReplayError) {
            var batches: [SequenceBatch] = []
            for _ in 0..<Self.batches { batches.append(try sampler.next()) }
            drawn = .success(batches)
        } catch {
            drawn = .failure(error)
        }
        try replay.close()
        return try drawn.get()
    }

    /// Looks where that is due.
    mutating func lookWhenDue(with agent: Agent, _ steps: (train: Int, agent: Int)) {
        guard clock.isDue, .now >= rested else { return }
        clock.restart()
        let start = ContinuousClock.now
        look(with: agent, steps)
        rested = .now + (.now - start) * Self.rest
    }

    /// Looks for the last time, and says when the model was best.
    mutating func finish(with agent: Agent, _ steps: (train: Int, agent: Int)) {
        let last = look(with: agent, steps)
        guard let lowest, let last else { return }
        let words =
            "loss.model of held-out episodes was lowest after \(lowest.trainSteps) training steps, \(lowest.loss)"
        if last > 1.05 * lowest.loss {
            logger.warning("\(words), and is \(last) after \(steps.train): stop there, or train from more episodes")
        } else {
            logger.info("\(words)")
        }
    }

    /// - Returns: the weighted sum of all losses.
    @discardableResult
    private mutating func look(with agent: Agent, _ steps: (train: Int, agent: Int)) -> Float? {
        var means = TrainingMeans()
        var random = RandomStream(seed: configuration.run.seed, purpose: "held-out noise")
        for batch in batches {
            agent.beginStep()
            batch.withColumns { columns in
                let input = SequenceBatchInput(columns, configuration.agent)
                let noise = agent.makeNoise(rows: input.rows)
                noise.fill(&random, discrete: configuration.agent.discrete)
                means.add(agent.modelLosses(input, noise: noise))
            }
        }
        let losses = means.take()
        measurements.publish(
            .heldOut(
                HeldOutMeasurement(
                    trainSteps: steps.train, agentSteps: steps.agent, steps: batches.reduce(0) { $0 + $1.shape.steps },
                    losses: losses)))
        guard let loss = losses[.modelLoss], loss.isFinite else { return nil }
        if loss < lowest?.loss ?? .infinity { lowest = (loss, steps.train) }
        return loss
    }
}
