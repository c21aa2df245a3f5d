import Diagnostics
import Foundation
import Measurements
import Networks
import Runs
import Tensors
import TestSupport
import Testing

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
}
