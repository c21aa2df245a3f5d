import AgentChoice
import Diagnostics
import Experience
import Foundation
import Logging
import Measurements
import Replay
import Runs
import Settings
import Synchronization
import Testing
import Threads
import TrajectoryCodec

@testable import LearnerService

/// A run of a few dozen training steps in a directory that lives as long as the value, with stored experience and
/// without actors.
final class StoredRun: Sendable {
    let configuration: Configuration
    let directory: RunDirectory
    let status = TrainerStatus()
    let replay: ReplayBuffer
    /// What the storage has settled.
    let settled = Monitor([SettledTrajectory]())
    let measurements = MeasurementHub()
    private let published = Mutex<[RunMeasurement]>([])

    /// - Parameter poisoned: whether the reward of a trajectory's fifth step is not a number.
    init(_ settings: [String] = [], poisoned: (_ trajectory: Int) -> Bool = { _ in false }) throws {
        var layers = ConfigurationLayers()
        layers.size = "nano"
        layers.overrides =
            [
                "run.steps=256", "agent.agent=mudreamer", "agent.image=16", "agent.actions=3", "agent.batch=4",
                "agent.length=8", "agent.horizon=3", "replay.prefill_steps=64", "replay.replay_ratio=8",
                "learner.threads=1",
            ] + settings
        configuration = try layers.resolve()
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("learner-\(UUID().uuidString)").path
        directory = try RunDirectory(creating: path)
        let c = configuration.agent
        let image = ImageShape(height: c.image, width: c.image, channels: c.channels)
        let settled = settled
        replay = try ReplayBuffer(
            directory: path, configuration: configuration.replayConfiguration,
            shape: StepShape(image: image, actionCount: c.actions),
            training: SampleShape(sequences: c.batch, length: c.length)
        ) { event in
            if case .settled(let trajectories, _) = event { settled.withLock { $0 += trajectories } }
        }
        measurements.subscribe { [weak self] record in self?.published.withLock { $0.append(record.measurement) } }
        for number in 0..<32 {
            try replay.insert(
                Self.trajectory(number, image: image, actions: c.actions, isPoisoned: poisoned(number)),
                key: TrajectoryKey(actor: "a", incarnation: 1, sequence: UInt64(number + 1)))
        }
        try replay.limiter.waitUntilInserted(32 * 8)
    }

    deinit {
        // What is left of a test's directory is only litter.
        try? replay.close()
        try? FileManager.default.removeItem(at: directory.url)
    }

    static func trajectory(
        _ number: Int, image: ImageShape, actions: Int, isPoisoned: Bool
    ) -> EncodedTrajectory {
        var trajectory = Trajectory(StepShape(image: image, actionCount: actions))
        for step in 0..<8 {
            let pixels = (0..<image.count).map { UInt8(truncatingIfNeeded: $0 / 7 * (step + 1) + number) }
            var action = [Float](repeating: 0, count: actions)
            action[(number + step) % actions] = 1
            trajectory.append(
                Observation(
                    image: pixels, reward: isPoisoned && step == 4 ? .nan : Float(step) / 8,
                    flags: number == 0 && step == 0 ? .first : []),
                action: Action(action), policyVersion: 0)
        }
        return TrajectoryCoder.encode(
            trajectory, position: StreamPosition(environment: 0, firstStep: UInt64(8 * number)))
    }

    /// What a server would hand trajectories to.
    var endpoint: ExperienceEndpoint {
        ExperienceEndpoint(
            configuration: configuration, replay: replay, ledger: ActorLedger(), measurements: measurements,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Trains until the run is complete.
    /// - Parameter pictureRest: see `TrainingPictures`.
    /// - Returns: whether it is.
    func train(pictureRest: Int = TrainingPictures.rest) throws -> Bool {
        let trainer = try Trainer(
            configuration: configuration, directory: directory, replay: replay, measurements: measurements,
            status: status, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            pictureRest: pictureRest, publish: { _, _ in })
        return try trainer.run()
    }

    /// What was published.
    var measured: [RunMeasurement] { published.withLock { $0 } }

    /// What was published about training.
    var training: [TrainingMeasurement] {
        published.withLock { $0 }.compactMap { if case .training(let training) = $0 { training } else { nil } }
    }

    /// What was published about pictures.
    var pictures: [PictureMeasurement] {
        measured.compactMap { if case .picture(let picture) = $0 { picture } else { nil } }
    }

    /// What was published about held-out episodes.
    var heldOut: [HeldOutMeasurement] {
        measured.compactMap { if case .heldOut(let heldOut) = $0 { heldOut } else { nil } }
    }

    /// Files of batches that were kept.
    var badBatches: [URL] {
        let all = try? FileManager.default.contentsOfDirectory(
            at: directory.badBatches, includingPropertiesForKeys: nil)
        return (all ?? []).sorted { $0.lastPathComponent < $1.lastPathComponent }
    }
}
