import AgentChoice
import Diagnostics
import Experience
import Numbers
import Replay
import Settings
import TestSupport
import Testing
import Transport

@testable import LearnerService

/// Settings that are accepted come to an end: the limiter, eviction, streams and the gate together, without threads,
/// sockets or a disk.
@Suite(.blocking) struct NeverStuckTests {
    @Test func everyAcceptedSettingEnds() throws {
        var generator = SplitMix64(seed: 11)
        var accepted = 0
        for _ in 0..<6000 {
            let settings = Self.draw(&generator)
            guard let configuration = try? Self.resolve(settings), var model = RunModel(configuration) else { continue }
            accepted += 1
            model.run(&generator)
            let isComplete = model.isComplete
            #expect(isComplete, "\(settings.joined(separator: " ")): \(model.state)")
        }
        #expect(accepted > 1000, "only \(accepted) settings were accepted")
    }

    /// Each of these was accepted once and waited for ever.
    @Test(arguments: [
        (
            ["replay.capacity_steps=70", "replay.prefill_steps=70", "actors.trajectory_steps=16"],
            "replay.capacity_steps must be at least replay.prefill_steps + actors.trajectory_steps - 1 = 85, got 70"
        ),
        (
            ["run.steps=1000", "actors.count=2", "actors.environments_per_actor=32", "agent.length=64"],
            "run.steps must be above agent.length × environments (64 × 64) = 4096, or the run may end before any "
                + "environment has delivered a sequence to train on; got 1000"
        ),
        (
            ["replay.capacity_steps=600", "actors.count=2", "actors.environments_per_actor=8", "agent.length=64"],
            "replay.capacity_steps must be at least agent.length × environments (64 × 16) + actors.trajectory_steps = "
                + "1040, or the replay may not hold a sequence to train on; got 600"
        ),
        (
            ["run.steps=502", "replay.prefill_steps=500", "replay.replay_ratio=1"],
            "run.steps must be above replay.prefill_steps (500) by at least agent.batch × agent.length / "
                + "replay.replay_ratio, or nothing is trained; got 502"
        ),
    ])
    func settingsThatCannotTrainAreRefused(settings: [String], message: String) {
        #expect(throws: UserError(message)) { try Self.resolve(settings) }
    }

    private static func resolve(_ settings: [String]) throws -> Configuration {
        var layers = ConfigurationLayers()
        layers.preset = "catch-demo"
        layers.overrides = settings
        return try layers.resolve()
    }

    /// Small numbers and their corners: what leaves no room is what gets stuck.
    private static func draw(_ generator: inout SplitMix64) -> [String] {
        let length = pick([1, 2, 7, 16], &generator)
        let trajectory = pick([1, 3, 8, 16], &generator)
        let environments = pick([1, 2, 5], &generator)
        let actors = pick([1, 1, 2, 3], &generator)
        let prefill = length + pick([0, 1, 2, 40], &generator)
        let sequences = length * environments * actors
        let capacity =
            max(prefill, pick([0, sequences], &generator)) + pick([0, trajectory - 1, trajectory, 200], &generator)
        let steps = max(prefill, pick([0, sequences], &generator)) + pick([1, 2, 30, 300], &generator)
        return [
            "agent.length=\(length)", "agent.batch=\(pick([1, 2, 16], &generator))",
            "actors.trajectory_steps=\(trajectory)", "actors.environments_per_actor=\(environments)",
            "actors.count=\(actors)", "replay.prefill_steps=\(prefill)", "replay.capacity_steps=\(capacity)",
            "replay.replay_ratio=\(pick(["0.25", "1", "8", "64"], &generator))", "run.steps=\(steps)",
        ] + pick([[], [], ["run.lockstep=true"], ["replay.tolerance=\(pick([1, 20, 200], &generator))"]], &generator)
    }

    private static func pick<Value>(_ values: [Value], _ generator: inout SplitMix64) -> Value {
        values[generator.below(values.count)]
    }
}

/// A run in which everything happens one after the other, in an order that chance decides.
private struct RunModel {
    private let configuration: Configuration
    private var limit: RateLimit
    private var index = ReplayIndex()
    private var gate: Gate
    private var stored: [(id: Int64, steps: Int)] = []
    private var nextSteps: [UInt64]
    private var trained = 0
    /// In lockstep the rounds that are played before weights are waited for.
    private var owed: Int

    /// Nil where the limiter refuses the settings.
    init?(_ c: Configuration) {
        guard
            let limit = try? RateLimit(
                replayRatio: c.replay.replayRatio, minimumSteps: c.replay.prefillSteps, tolerance: c.replay.tolerance,
                sampleSteps: c.agent.batch * c.agent.length, insertSteps: c.actors.trajectorySteps)
        else { return nil }
        configuration = c
        self.limit = limit
        gate = Gate(c)
        nextSteps = Array(repeating: 0, count: max(1, c.actors.count) * c.actors.environmentsPerActor)
        owed = c.prefillRounds
    }

    var isComplete: Bool {
        gate.isComplete && trained >= configuration.trainingSteps(inserted: limit.counts.inserted)
    }

    var state: String {
        "\(limit.counts.inserted) steps inserted, \(limit.counts.size) kept, \(trained) training steps"
    }

    /// Goes on until the run is complete or nobody can do anything any more.
    mutating func run(_ generator: inout SplitMix64) {
        while !isComplete {
            let (mayPlay, mayTrain) = (mayPlay, limit.canSample(sampleSteps))
            if mayPlay && (!mayTrain || Bool.random(using: &generator)) {
                play(&generator)
            } else if mayTrain {
                train()
            } else {
                return
            }
        }
    }

    private var sampleSteps: Int { configuration.agent.batch * configuration.agent.length }

    private var mayPlay: Bool {
        if gate.isComplete { return false }
        // The weights of a round are published when all that it allows is trained.
        if gate.isLockstep { return owed > 0 || !limit.canSample(sampleSteps) }
        return gate.throttle.mayGrant
    }

    private mutating func play(_ generator: inout SplitMix64) {
        if gate.isLockstep {
            owed -= 1
            for stream in nextSteps.indices { insert(from: stream) }
        } else {
            insert(from: generator.below(nextSteps.count))
        }
    }

    private mutating func insert(from stream: Int) {
        let steps = configuration.actors.trajectorySteps
        let id = (stored.last?.id ?? 0) + 1
        index.append(
            TrajectoryRecord(
                id: id, stream: StreamKey(actor: "a", incarnation: 1, environment: stream),
                firstStep: nextSteps[stream], steps: steps, bytes: 1))
        nextSteps[stream] += UInt64(steps)
        stored.append((id, steps))
        limit.didInsert(steps, deleted: evict(), hasSequence: index.starts(length: configuration.agent.length) > 0)
        gate.stored(limit.counts.inserted)
        gate.isTrainingBehind = !limit.canInsert(steps)
    }

    /// - Returns: the steps that left.
    private mutating func evict() -> Int {
        let before = index.steps
        while index.steps > configuration.replay.capacitySteps {
            index.evict(through: stored.removeFirst().id)
        }
        return before - index.steps
    }

    private mutating func train() {
        limit.didSample(sampleSteps)
        trained += 1
        gate.isTrainingBehind = !limit.canInsert(configuration.actors.trajectorySteps)
    }
}
