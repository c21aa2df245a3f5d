import Experience
import Foundation
import Measurements
import Networks
import Replay
import Runs
import TestSupport
import Testing
import TrajectoryCodec

@testable import LearnerService

/// Episodes that the world model is tried on, and not trained on.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5))) struct HeldOutTests {
    /// Puts trajectories like the run's own, or their negatives, apart.
    private func keepApart(_ run: StoredRun, negative: Bool, trajectories: Int = 8) throws {
        let store = try ReplayStore(
            directory: run.directory.heldOut.path, shape: run.replay.shape, capacitySteps: 1000)
        for number in 0..<trajectories {
            var steps = try TrajectoryCoder.decode(
                StoredRun.trajectory(
                    number, image: run.replay.shape.image, actions: run.replay.shape.actionCount, isPoisoned: false))
            if negative { steps.images = steps.images.map { 255 - $0 } }
            let incoming = IncomingTrajectory(
                key: TrajectoryKey(actor: "apart", incarnation: 1, sequence: UInt64(number + 1)),
                trajectory: TrajectoryCoder.encode(
                    steps, position: StreamPosition(environment: 0, firstStep: UInt64(8 * number))))
            _ = try store.append([incoming])
        }
        try store.close()
    }

    /// To the last bit, whatever the agent keeps beside its parameters: MuDreamer has running statistics.
    @Test(arguments: ["dreamerv3", "dymodreamer", "mudreamer"])
    func theyChangeNothingThatIsTrained(agent: String) throws {
        let settings = ["agent.agent=\(agent)", "learner.log_every=1e-9"]
        let (with, without) = (try StoredRun(settings), try StoredRun(settings))
        try keepApart(with, negative: true)
        #expect(try with.train() && without.train())
        let (a, b) = (try Self.checkpoint(with), try Self.checkpoint(without))
        #expect(a.archive.names == b.archive.names)
        for name in a.archive.names { #expect(try a.archive.floats(name) == b.archive.floats(name), "\(name)") }
        #expect(a.state.noise == b.state.noise && a.state.sampler == b.state.sampler)
        #expect(without.heldOut.isEmpty)
        let last = try #require(with.heldOut.last)
        #expect(last.trainSteps == 48 && last.agentSteps == 256 && last.steps == 4 * 4 * 8)
        #expect(last.losses.all.count >= 5 && last.losses.isFinite && last.losses[.actorLoss] == nil)
    }

    /// What is like the episodes that it has learned it knows better than what is not.
    @Test func lossesAreThoseOfTheEpisodesThatAreKeptApart() throws {
        let settings = ["agent.agent=dreamerv3", "learner.log_every=1e-9"]
        let (like, unlike) = (try StoredRun(settings), try StoredRun(settings))
        try keepApart(like, negative: false)
        try keepApart(unlike, negative: true)
        #expect(try like.train() && unlike.train())
        let (known, unknown) = (try #require(like.heldOut.last), try #require(unlike.heldOut.last))
        #expect(try #require(known.losses[.imageLoss]) < #require(unknown.losses[.imageLoss]))
        let first = try #require(like.heldOut.first)
        #expect(try first.trainSteps < 48 && #require(known.losses[.imageLoss]) < #require(first.losses[.imageLoss]))
    }

    /// Too few are no reason not to train.
    @Test func tooFewAreLeftOut() throws {
        let run = try StoredRun()
        try keepApart(run, negative: false, trajectories: 1)
        #expect(try run.train())
        #expect(run.heldOut.isEmpty)
    }

    private static func checkpoint(_ run: StoredRun) throws -> Checkpoint.Whole {
        try #require(try Checkpoint.newest(in: run.directory.checkpoints))
    }
}
