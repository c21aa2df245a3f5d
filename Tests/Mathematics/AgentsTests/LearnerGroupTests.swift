import AgentChoice
import AgentFixtures
import Foundation
import Inspection
import Measurements
import Networks
import Tensors
import TestSupport
import Testing
import ThreadMeetings
import WorldModels

@testable import Agents

/// Learners that train one agent together, each on a thread of this process.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5))) struct LearnerGroupTests {
    private func agent(_ name: String) throws -> Agent {
        let agent = Agent(try Fixture.configuration(name), threads: 1)
        agent.initialize(seed: 5)
        return agent
    }

    /// Trains all agents at the same time, each on its own batches.
    /// - Parameters:
    ///   - poisoned: the learner and step whose rewards are no numbers.
    ///   - sharing: which learners count; the others' batches are to change nothing.
    private func trainTogether(
        _ agents: [Agent], on batches: [[StepValues]], poisoned: (learner: Int, step: Int)? = nil,
        sharing: [Bool]? = nil, isEager: Bool = true
    ) -> [[TrainingMetrics]] {
        let meeting = ThreadMeeting<[Float]>(agents.count)
        for (index, agent) in agents.enumerated() {
            agent.tape.group = Seat(meeting, index, sharing ?? agents.map { _ in true }, isEager: isEager)
        }
        // Safe: each agent is used by one thread until all have left the meeting.
        nonisolated(unsafe) let agents = agents
        return sideBySide(agents.count) { index in
            batches[index].enumerated().map { step, values in
                values.train(agents[index]) { batch in
                    guard let poisoned, poisoned == (index, step) else { return }
                    batch.rewards.slice(3..<4).fill(.nan)
                }
            }
        }
    }

    // MARK: A batch in shares

    /// Losses of three steps, gradients of the first, and what has become of parameters, the range of returns and the statistics
    /// of batch norms after the last.
    @Test(arguments: Fixture.names, [1, 2, 4])
    func aGroupOnSharesOfABatchIsOneLearnerOnTheWhole(name: String, learners: Int) throws {
        let (agents, alone) = (try (0..<learners).map { _ in try agent(name) }, try agent(name))
        var likeness = Likeness()
        func train(on seeds: [UInt64]) {
            let steps = seeds.map { StepValues(alone, batch: 4, length: 6, seed: $0) }
            let shares = (0..<learners).map { rank in steps.map { $0.share(rank, of: learners) } }
            let together = trainTogether(agents, on: shares)
            for (step, values) in steps.enumerated() { likeness.compare(together[0][step], values.train(alone)) }
            for metrics in together { #expect(metrics == together[0]) }
        }
        train(on: [1])
        likeness.compareGradients(agents[0], alone)
        train(on: [2, 3])
        likeness.compareState(agents[0], alone)
        #expect(likeness.errors.count > 100)
        #expect(likeness.beyond(3e-4) == [])
        for other in agents.dropFirst() { #expect(other.bits == agents[0].bits) }
        #expect(agents.allSatisfy { $0.store.optimizerSteps == alone.store.optimizerSteps })
    }

    /// Against the executable specification itself: a sequence for each learner.
    @Test(arguments: ["dreamerv3", "mudreamer", "mudreamer-continuous", "dreamerv3-vector", "dymodreamer"])
    func aGroupAgreesWithTheReference(name: String) throws {
        let directory = Fixture.directory(name)
        func archive(_ file: String) throws -> Archive {
            try Archive(contentsOf: directory.appendingPathComponent(file + ".safetensors"))
        }
        let (start, expected) = (try archive("params"), try archive("expected"))
        let agents = try (0..<3).map { _ in try agent(name) }
        for agent in agents { try agent.restoreParity(start) }
        let whole = try StepValues(agents[0], archive("batch"))
        let metrics = trainTogether(agents, on: (0..<3).map { [whole.share($0, of: 3)] })
        let actual = agents[1].parityResult(metrics[1][0])
        let ofEachLearner = expected.names.filter { $0.hasPrefix("diagnostic.") }
        for key in expected.names where !ofEachLearner.contains(key) {
            let (want, got) = (try expected.floats(key), try actual.floats(key, shape: expected.entries[key]?.shape))
            #expect(relativeError(got, want) <= 3e-4, "\(key)")
        }
    }

    @Test(arguments: ["dreamerv3", "mudreamer-modulated", "dymodreamer-continuous"])
    func learnersOfDifferentBatchesStayTheSameAgent(name: String) throws {
        let (agents, alone) = (try (0..<2).map { _ in try agent(name) }, try agent(name))
        let batches = [[1, 2, 3], [4, 5, 6]].map { seeds in
            seeds.map { StepValues(alone, batch: 3, length: 6, seed: $0) }
        }
        let metrics = trainTogether(agents, on: batches)
        #expect(metrics.allSatisfy { $0.allSatisfy(\.isFinite) })
        #expect(agents[0].bits == agents[1].bits)
        // What they share is no one learner's: alone, the first comes to something else.
        for values in batches[0] { _ = values.train(alone) }
        #expect(alone.bits != agents[0].bits)
    }

    /// What is exchanged while a step goes on is done with: sooner or later, it has the same bits.
    @Test(arguments: Fixture.names) func whatIsExchangedEarlyIsDoneWith(name: String) throws {
        let (early, late) = (try (0..<2).map { _ in try agent(name) }, try (0..<2).map { _ in try agent(name) })
        let batches = (0..<2).map { rank in
            [1, 2].map { StepValues(early[0], batch: 2, length: 5, seed: UInt64(10 * rank + $0)) }
        }
        let metrics = trainTogether(early, on: batches)
        #expect(trainTogether(late, on: batches, isEager: false) == metrics)
        #expect(early[0].bits == late[0].bits)
    }

    // MARK: Learners without a share

    /// One that has nothing computes along and changes nothing: the others are a group without it.
    @Test(arguments: ["dreamerv3", "mudreamer"]) func whoHasNoShareChangesNothing(name: String) throws {
        let (agents, fewer) = (try (0..<3).map { _ in try agent(name) }, try (0..<2).map { _ in try agent(name) })
        let batches = (0..<3).map { rank in
            [1, 2].map { StepValues(agents[0], batch: 2, length: 5, seed: UInt64(10 * rank + $0)) }
        }
        let metrics = trainTogether(agents, on: batches, poisoned: (1, 0), sharing: [true, false, true])
        _ = trainTogether(fewer, on: [batches[0], batches[2]])
        #expect(metrics.allSatisfy { $0.allSatisfy(\.isFinite) && $0 == metrics[0] })
        for agent in agents { #expect(agent.bits == fewer[0].bits) }
    }

    // MARK: Steps that are left out

    /// A batch that only one learner sees makes all of them leave the step out, and they go on together.
    @Test(arguments: ["dreamerv3", "mudreamer"]) func aBadStepIsLeftOutByAll(name: String) throws {
        let (agents, spared) = (try (0..<2).map { _ in try agent(name) }, try (0..<2).map { _ in try agent(name) })
        let batches = [[1, 2, 3], [4, 5, 6]].map { seeds in
            seeds.map { StepValues(agents[0], batch: 3, length: 6, seed: $0) }
        }
        let metrics = trainTogether(agents, on: batches, poisoned: (0, 1))
        #expect(metrics.map { $0.map(\.isFinite) } == [[true, false, true], [true, false, true]])
        _ = trainTogether(spared, on: batches.map { [$0[0], $0[2]] })
        #expect(agents[0].bits == agents[1].bits)
        #expect(agents[0].bits == spared[0].bits)
        #expect(agents[0].store.optimizerSteps == spared[0].store.optimizerSteps)
    }

    /// Free nats without end: a loss that is infinite while all gradients are numbers, which no other learner could see.
    @Test func aLossThatOneLearnerAloneKnowsIsMindedByAll() throws {
        var configuration = try Fixture.configuration("dreamerv3")
        configuration.freeNats = .infinity
        let agents = [Agent(configuration, threads: 1), try agent("dreamerv3")]
        agents[0].initialize(seed: 5)
        let before = agents.map(\.bits)
        let batches = [1, 2].map { [StepValues(agents[0], batch: 3, length: 6, seed: $0)] }
        #expect(trainTogether(agents, on: batches).allSatisfy { $0.allSatisfy { !$0.isFinite } })
        #expect(agents.map(\.bits) == before)
    }

    /// ‖got − want‖ / max(‖want‖, 10⁻⁸), as the reference checks.
    private func relativeError(_ got: [Float], _ want: [Float]) -> Double {
        var (difference, norm) = (0.0, 0.0)
        for (x, w) in zip(got, want) {
            difference += (Double(x) - Double(w)) * (Double(x) - Double(w))
            norm += Double(w) * Double(w)
        }
        return difference.squareRoot() / max(norm.squareRoot(), 1e-8)
    }
}

private final class Seat: LearnerGroup {
    private let meeting: ThreadMeeting<[Float]>
    private let learner: Int
    /// Which learners count.
    private let counts: [Bool]
    /// Whether what is begun is done at once, or only when it is waited for.
    private let isEager: Bool
    private var begun: [Tensor] = []

    init(_ meeting: ThreadMeeting<[Float]>, _ learner: Int, _ counts: [Bool], isEager: Bool) {
        (self.meeting, self.learner, self.counts, self.isEager) = (meeting, learner, counts, isEager)
    }

    var sharing: Int { counts.count { $0 } }

    /// What all have offered that count.
    private func all(_ values: Tensor) -> [[Float]] {
        zip(meeting.all(values.array, from: learner), counts).compactMap { $1 ? $0 : nil }
    }

    func average(_ values: Tensor) {
        let all = all(values)
        values.copy(from: all[0].indices.map { index in all.reduce(0) { $0 + $1[index] } / Float(all.count) })
    }

    func averageLater(_ gradients: Tensor) {
        begun.append(gradients)
        if isEager { settle() }
    }

    func settle() {
        for gradients in begun { average(gradients) }
        begun = []
    }

    func gather(_ values: Tensor, into all: Tensor) {
        all.copy(from: self.all(values).flatMap { $0 })
    }
}
