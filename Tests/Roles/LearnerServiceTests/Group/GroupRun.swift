import AgentChoice
import Agents
import Collective
import Experience
import Foundation
import GroupOfThreads
import Logging
import Measurements
import Replay
import Runs
import Settings
import Synchronization
import Tensors
import TestSupport
import TrajectoryCodec

@testable import LearnerService

/// Learners of one agent, each with stored experience of its own and without actors, as threads of one process. The directory
/// lives as long as the value.
final class GroupRun: Sendable {
    /// What a learner leaves behind.
    struct Outcome: Sendable {
        /// Whether the run is complete, or why it has ended.
        var result: Result<Bool, any Error>
        var trainSteps: Int
        /// Steps of its own replay.
        var counts: RateLimit.Counts
        /// Every bit of the agent.
        var rows: [[Float]]
        var isComplete: Bool? { try? result.get() }
    }

    /// What happens at a rank once it has made so many steps.
    struct Incident: Sendable {
        enum Kind { case stop, save, flippedBit }
        var kind: Kind
        var rank: Int
        var step: Int
    }

    let root: String
    let log = Recorded()
    private let settings: [String]

    init(_ settings: [String] = []) {
        self.settings = settings
        root = FileManager.default.temporaryDirectory.appendingPathComponent("group-\(UUID().uuidString)").path
    }

    deinit {
        // What is left of a test's directory is only litter.
        try? FileManager.default.removeItem(atPath: root)
    }

    func configuration(_ more: [String] = []) throws -> Configuration {
        var layers = ConfigurationLayers()
        layers.size = "nano"
        layers.overrides =
            [
                "run.steps=256", "agent.agent=mudreamer", "agent.image=16", "agent.actions=3", "agent.batch=4",
                "agent.length=8", "agent.horizon=3", "replay.prefill_steps=64", "replay.replay_ratio=8",
                "learner.threads=1", "learner.checkpoint_seconds=1000",
            ] + settings + more
        return try layers.resolve()
    }

    /// Files of checkpoints of a rank.
    func checkpoints(of rank: Int) -> [URL] {
        Checkpoint.files(in: URL(fileURLWithPath: place(rank, 2).directory(in: root) + "/checkpoints"))
    }

    private func place(_ rank: Int, _ count: Int) -> GroupPlace { GroupPlace(rank: rank, count: count) }

    /// Trains with as many learners as there are ranges: the trajectories, of 8 steps, that each of them stores before.
    func train(_ trajectories: [Range<Int>], _ more: [String] = [], incident: Incident? = nil) -> [Outcome] {
        GroupOfThreads.run(trajectories.count) { [self] exchange in
            let group = TrainingGroup(ProcessGroup(exchange))
            return learn(group, trajectories[exchange.rank], more, incident)
        }
    }

    /// Trains with one learner that is in no group.
    func trainAlone(_ trajectories: Range<Int>, _ more: [String] = []) -> Outcome {
        learn(nil, trajectories, more, nil)
    }

    private func learn(
        _ group: TrainingGroup?, _ trajectories: Range<Int>, _ more: [String], _ incident: Incident?
    ) -> Outcome {
        do {
            return try learn(configuration(more), group, trajectories, incident)
        } catch {
            return Outcome(result: .failure(error), trainSteps: -1, counts: .init(), rows: [])
        }
    }

    private func learn(
        _ c: Configuration, _ group: TrainingGroup?, _ trajectories: Range<Int>, _ incident: Incident?
    ) throws -> Outcome {
        let place = group?.place ?? .alone
        let directory = try RunDirectory(creating: place.directory(in: root))
        let replay = try open(directory, c, place)
        try fill(replay, c, trajectories)
        let logger = Logger(label: "test") { _ in RecordingHandler(recorded: self.log) }
        let meeting = group.map { group in
            GroupMeeting(
                group, logger: logger, elsewhere: { replay.limiter.count(elsewhere: $0) }, actors: { 1 })
        }
        let made = Made()
        let trainer = try Trainer(
            configuration: c, directory: directory, replay: replay, meeting: meeting, measurements: MeasurementHub(),
            status: TrainerStatus(), logger: logger,
            publish: { _, steps in
                guard let incident, incident.rank == place.rank, incident.step == steps else { return }
                made.happen(incident.kind)
            })
        made.trainer = trainer
        defer { made.trainer = nil }
        if meeting == nil { replay.limiter.count(elsewhere: trainer.absent) }
        let result = Result { try trainer.run() }
        let counts = replay.limiter.ownCounts
        try replay.close()
        return Outcome(
            result: result, trainSteps: trainer.carry.trainSteps, counts: counts, rows: trainer.agent.rows.map(\.array))
    }

    private func open(_ directory: RunDirectory, _ c: Configuration, _ place: GroupPlace) throws -> ReplayBuffer {
        try ReplayBuffer(
            directory: directory.url.path, configuration: c.replayConfiguration, shape: shape(c),
            training: SampleShape(sequences: c.agent.batch / place.count, length: c.agent.length),
            learners: place.count)
    }

    private func shape(_ c: Configuration) -> StepShape {
        StepShape(
            image: ImageShape(height: c.agent.image, width: c.agent.image, channels: c.agent.channels),
            actionCount: c.agent.actions)
    }

    private func fill(_ replay: ReplayBuffer, _ c: Configuration, _ trajectories: Range<Int>) throws {
        let before = replay.limiter.ownCounts.inserted
        for number in trajectories {
            try replay.insert(
                StoredRun.trajectory(number, image: shape(c).image, actions: c.agent.actions, isPoisoned: false),
                key: TrajectoryKey(actor: "a", incarnation: 1, sequence: UInt64(number + 1)))
        }
        try replay.limiter.waitUntilInserted(before + trajectories.count * 8)
    }

    /// The trainer, for what happens to it on its own thread. Safe: that thread alone uses it.
    private final class Made: @unchecked Sendable {
        var trainer: Trainer?

        func happen(_ kind: Incident.Kind) {
            switch kind {
            case .stop: trainer?.stop.ask()
            case .save: trainer?.stop.askToSave()
            case .flippedBit: trainer?.agent.rows[0].withMutableBytes { $0[0] ^= 1 }
            }
        }
    }
}
