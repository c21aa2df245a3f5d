import AgentChoice
import Agents
import Experience
import Logging
import Measurements
import Replay
import Runs
import Settings
import Visions

/// Pictures of what the world model sees, every some minutes of training. The training thread looks, between two steps and with
/// random numbers of its own, so that training goes the same way with pictures and without; a thread of its own, which yields to all others,
/// draws and writes.
struct TrainingPictures {
    /// Of the replay, of which the longest is drawn.
    private static let sequences = 4
    /// So that looking takes a hundredth of the time at most.
    static let rest = 100

    private let seed: UInt64
    private let sampler: BatchSampler
    private let studio: PictureStudio
    private let logger: Logger
    private let rest: Int
    private var clock: IntervalClock
    private var rested = ContinuousClock.now

    /// Nil where there are to be none, or where the agent sees no images.
    /// - Parameter rest: how many times as long as looking took training goes on before the next pictures.
    init?(
        _ configuration: Configuration, directory: RunDirectory, replay: ReplayBuffer, measurements: MeasurementHub,
        logger: Logger, rest: Int
    ) {
        guard configuration.learner.pictureSeconds > 0, configuration.agent.seesImages else { return nil }
        seed = configuration.run.seed
        sampler = replay.makeReportSampler(
            SampleShape(sequences: Self.sequences, length: VisionSet.context + VisionSet.horizon),
            state: SamplerState(seed: seed))
        studio = PictureStudio(directory: directory.pictures, measurements: measurements, logger: logger)
        self.logger = logger
        self.rest = rest
        clock = IntervalClock(seconds: configuration.learner.pictureSeconds)
    }

    /// Takes pictures where they are due: not before `rest` times what looking took the last time,
    /// whatever the interval.
    mutating func takeWhenDue(of agent: Agent, _ steps: (train: Int, agent: Int)) {
        guard clock.isDue, .now >= rested else { return }
        clock.restart()
        let start = ContinuousClock.now
        if let job = look(at: agent, steps) { studio.add(job) }
        rested = .now + (.now - start) * rest
    }

    /// Takes the last pictures, unless there is nobody to look at, and returns when all that were taken are drawn, or after some seconds.
    func finish(with agent: Agent?, _ steps: (train: Int, agent: Int)) {
        studio.finish(with: agent.flatMap { look(at: $0, steps) })
    }

    private func look(at agent: Agent, _ steps: (train: Int, agent: Int)) -> PictureStudio.Job? {
        let recordings: [Recording]
        do throws(ReplayError) {
            let batch = try sampler.next()
            recordings = batch.recordings()
            sampler.recycle(batch)
        } catch {
            // There may be no sequence that long yet, or a disk that cannot be read just now.
            logger.debug("no pictures: \(error)")
            return nil
        }
        let sets = VisionKind.allCases.compactMap { kind in
            VisionSet(kind, of: recordings, by: agent, seed: seed &+ UInt64(steps.train))
        }
        return PictureStudio.Job(sets: sets, trainSteps: steps.train, agentSteps: steps.agent)
    }
}
