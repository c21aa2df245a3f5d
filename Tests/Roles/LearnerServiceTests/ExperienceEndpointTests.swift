import AgentChoice
import Experience
import Logging
import Measurements
import Replay
import Settings
import TestSupport
import Testing
import Threads
import Transport
import Wire

@testable import LearnerService

@Suite(.blocking, .timeLimit(.minutes(5))) struct ExperienceEndpointTests {
    private func receive(
        _ number: Int, _ endpoint: ExperienceEndpoint, _ run: StoredRun, side: Int? = nil, isPoisoned: Bool = false
    ) -> Settlement.Outcome? {
        let c = run.configuration.agent
        return endpoint.receive(
            StoredRun.trajectory(
                number, image: ImageShape(height: side ?? c.image, width: side ?? c.image, channels: c.channels),
                actions: c.actions, isPoisoned: isPoisoned),
            key: key(number))
    }

    private func key(_ number: Int) -> TrajectoryKey {
        TrajectoryKey(actor: "a", incarnation: 1, sequence: UInt64(number + 1))
    }

    /// A reward that is not a number is refused with the reason and not stored; the next trajectory is.
    @Test func whatIsNotFiniteIsRefused() throws {
        let run = try StoredRun()
        let endpoint = run.endpoint
        let before = run.replay.statistics.counts.inserted
        #expect(receive(32, endpoint, run, isPoisoned: true) == .refused("the reward of step 5 is nan"))
        #expect(receive(33, endpoint, run) == nil)
        try run.replay.limiter.waitUntilInserted(before + 8)
        // Closing stores what waits: there is nothing else.
        try run.replay.close()
        #expect(run.replay.statistics.counts.inserted == before + 8)
        #expect(run.settled.read { $0.last?.key } == key(33))
    }

    /// What is sent again is settled again: an acknowledgement may have been lost.
    @Test func whatIsStoredAlreadyIsSettledAsSuch() throws {
        let run = try StoredRun()
        let endpoint = run.endpoint
        #expect(receive(4, endpoint, run) == nil)
        let last = run.settled.wait { $0.count == 33 ? $0.last : nil }
        #expect(last == SettledTrajectory(key: key(4), outcome: .duplicate))
        #expect(run.replay.statistics.counts.inserted == 32 * 8)
    }

    @Test func anotherShapeIsRefused() throws {
        let run = try StoredRun()
        let outcome = receive(32, run.endpoint, run, side: 8)
        guard case .refused(let reason) = outcome else {
            Issue.record("\(String(describing: outcome))")
            return
        }
        #expect(reason.contains("a sent 8×8×3 images, 3 action values, this run has 16×16×3"))
    }

    /// Neither stored nor refused: it belongs to the next learner.
    @Test func aClosedStorageSettlesNothing() throws {
        let run = try StoredRun()
        try run.replay.close()
        #expect(receive(32, run.endpoint, run) == nil)
        #expect(run.settled.read { $0.count } == 32)
    }

    // MARK: Evaluators

    private func hello(_ name: String, _ role: Hello.Role) -> Hello {
        Hello(role: role, actor: name, incarnation: 7)
    }

    /// An evaluator takes no actor's place or number, and its episodes are none of training.
    @Test func anEvaluatorIsNoActor() throws {
        let run = try StoredRun(["evaluation.every_versions=5", "run.lockstep=true", "actors.count=1"])
        let endpoint = run.endpoint
        let evaluator = try endpoint.join(hello("e", .evaluator))
        #expect(evaluator.creditBytes == 0 && evaluator.seed == run.configuration.evaluation.seed)
        let actor = try endpoint.join(hello("a", .actor))
        #expect(actor.actorIndex == 0 && actor.creditBytes > 0)
        let refusal = #expect(throws: Refusal.self) { try endpoint.join(hello("b", .actor)) }
        #expect(refusal?.message.contains("its one actor a") == true)
        #expect(throws: Refusal.self) { try endpoint.join(hello("a", .evaluator)) }

        endpoint.publish(10, trainSteps: 40)
        let episodes = [3.0, 5].map {
            ActorReport.Episode(
                environment: 0, episodeReturn: $0, length: UInt64($0), policyVersion: 10, isUnfinished: $0 == 5,
                hasFailed: $0 == 3)
        }
        endpoint.receive(
            ActorReport(environmentSteps: 8, stepsPerSecond: 1, policyVersion: 10, episodes: episodes), from: "e")
        #expect(
            run.measured == [
                .evaluator(
                    EvaluatorMeasurement(
                        policy: "sample", seed: 1000, episodes: 2, unfinished: 1, failed: 1, mean: 4,
                        standardDeviation: 1,
                        meanLength: 4, policyVersion: 10, trainSteps: 40, agentSteps: 32 * 8))
            ])
        endpoint.left("e", incarnation: 7, reason: "")
        #expect(try endpoint.join(hello("e", .evaluator)).creditBytes == 0)
    }

    @Test func aRunThatIsNotEvaluatedTakesNoEvaluator() throws {
        let run = try StoredRun()
        let refusal = #expect(throws: Refusal.self) { try run.endpoint.join(hello("e", .evaluator)) }
        #expect(refusal?.message.contains("evaluation.every_versions") == true)
    }

    /// What is remembered of policies is bounded, and the newest of it.
    @Test func publishedPoliciesAreRememberedForAWhile() {
        let published = PublishedPolicies()
        let last = UInt64(PublishedPolicies.capacity + 5)
        for version in 1...last { published.note(version, .init(trainSteps: Int(version), agentSteps: 1)) }
        #expect(published.moment(of: 5) == nil && published.moment(of: 6)?.trainSteps == 6)
        #expect(published.moment(of: last)?.trainSteps == Int(last) && published.moment(of: last + 1) == nil)
    }

    /// A peer that sends nothing else does not fill the log.
    @Test func refusalsAreLoggedNowAndThen() throws {
        let run = try StoredRun()
        let lines = Recorded()
        let endpoint = ExperienceEndpoint(
            configuration: run.configuration, replay: run.replay, ledger: ActorLedger(), measurements: run.measurements,
            logger: Logger(label: "test") { _ in RecordingHandler(recorded: lines) })
        for number in 32..<332 { _ = receive(number, endpoint, run, isPoisoned: true) }
        #expect(lines.lines.count == 1)
    }
}
