import AgentChoice
import Diagnostics
import Experience
import Foundation
import Logging
import Measurements
import NIOCore
import Networks
import Replay
import Runs
import Settings
import Tensors
import TestSupport
import Testing
import TrajectoryCodec

@testable import LearnerService

/// Training on experience that holds rewards that are no numbers.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5))) struct TrainerTests {
    init() {
    }

    @Test func soundExperienceLeavesNothingOut() throws {
        let run = try StoredRun()
        #expect(try run.train())
        #expect(run.status.snapshot.trainSteps == 48 && run.status.snapshot.skippedSteps == 0)
        #expect(run.badBatches.isEmpty)
        let last = try #require(run.training.last)
        #expect(last.state.trainSteps == 48 && last.state.skippedSteps == 0)
        for metric in [TrainingMetric.featureDeviation, .stateDeviation, .modelLoss] {
            #expect(try #require(last.metrics[metric]) > 0, "\(metric)")
        }
    }

    @Test func poisonedBatchesAreLeftOutCountedAndKept() throws {
        let run = try StoredRun(["learner.max_bad_steps=40"]) { $0 == 9 || $0 == 20 }
        #expect(try run.train())
        let status = run.status.snapshot
        #expect(status.trainSteps == 48)
        #expect((2..<40).contains(status.skippedSteps))
        let last = try #require(run.training.last)
        #expect(last.state.skippedSteps == status.skippedSteps)
        #expect(try #require(last.metrics[.modelLoss]).isFinite)

        #expect(run.badBatches.count == min(status.skippedSteps, BadSteps.keptBatches))
        for file in run.badBatches {
            let batch = try Archive(contentsOf: file)
            #expect(try batch.floats("reward", shape: [4, 8]).contains { $0.isNaN })
            #expect(try batch.uint8s("image", shape: [4, 9, 16, 16, 3]).count == 4 * 9 * 768)
            #expect(batch.metadata["reason"]?.contains("loss.model = nan") == true)
        }
        let checkpoint = try #require(Checkpoint.files(in: run.directory.checkpoints).last)
        let archive = try Archive(contentsOf: checkpoint)
        for name in archive.names { #expect(try archive.floats(name).allSatisfy(\.isFinite), "\(name)") }
    }

    @Test func tooManyInARowEndTheRunWithOneLine() throws {
        let run = try StoredRun(["learner.max_bad_steps=3"]) { _ in true }
        let error = #expect(throws: UserError.self) { try run.train() }
        let message = error?.message ?? ""
        for part in [
            "3 training steps in a row, the last of them 3,", "loss.model = nan", run.directory.badBatches.path,
            "agent.model_lr",
        ] {
            #expect(message.contains(part), "\(part) in \(message)")
        }
        #expect(!message.contains("\n") && error?.exitCode == 3)
        #expect(run.badBatches.map(\.lastPathComponent) == (1...3).map { "step-00000\($0).safetensors" })
        #expect(Checkpoint.files(in: run.directory.checkpoints).isEmpty)
    }

    /// The number left out belongs to the run, not to the process.
    @Test func theCountSurvivesACheckpoint() throws {
        let run = try StoredRun(["learner.max_bad_steps=40"]) { $0 == 9 || $0 == 20 }
        #expect(try run.train())
        let skipped = run.status.snapshot.skippedSteps
        #expect(skipped > 0)
        run.status.update { $0.skippedSteps = 0 }
        #expect(try run.train())
        #expect(run.status.snapshot.skippedSteps == skipped)
    }

    /// A bit is flipped in the database while a learner trains: the run goes on, and says so.
    @Test func aFlippedBitDoesNotEndTheRun() throws {
        let run = try StoredRun()
        // Closed, everything lies in the database, and nothing in memory once it is opened again.
        try run.replay.close()
        let c = run.configuration.agent
        let image = ImageShape(height: c.image, width: c.image, channels: c.channels)
        var configuration = run.configuration.replayConfiguration
        configuration.cacheBytes = 0
        let replay = try ReplayBuffer(
            directory: run.directory.url.path, configuration: configuration,
            shape: StepShape(image: image, actionCount: c.actions),
            training: SampleShape(sequences: c.batch, length: c.length))
        let damaged = StoredRun.trajectory(12, image: image, actions: c.actions, isPoisoned: false)
        try flipBit(in: Data(damaged.payload.readableBytesView), of: run.directory.url.appending(path: "replay.sqlite"))
        let trainer = try Trainer(
            configuration: run.configuration, directory: run.directory, replay: replay, measurements: run.measurements,
            status: run.status, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, publish: { _, _ in })
        #expect(try trainer.run())
        #expect(run.status.snapshot.trainSteps == 48 && replay.statistics.damaged == 1)
        var sampler = LearnerSampler(run.configuration, inserted: 0)
        let samples = sampler.samples(
            replay.statistics, isInsertOpen: true, actors: ActorLedger().snapshot, trainer: run.status.snapshot)
        #expect(
            samples.contains { if case .replay(let replay) = $0 { replay.damagedTrajectories == 1 } else { false } })
        try replay.close()
    }

    private func flipBit(in bytes: Data, of url: URL) throws {
        let place = try #require(try Data(contentsOf: url).range(of: bytes))
        let file = try FileHandle(forUpdating: url)
        try file.seek(toOffset: UInt64(place.lowerBound + 40))
        try file.write(contentsOf: Data([bytes[bytes.startIndex + 40] ^ 1]))
        try file.close()
    }
}
