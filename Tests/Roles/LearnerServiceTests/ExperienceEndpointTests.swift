import AgentChoice
import Experience
import Logging
import Replay
import Settings
import TestSupport
import Testing
import Threads
import Transport

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
