import AgentChoice
import Experience
import Replay
import Settings
import TestSupport
import Testing
import Transport

@testable import LearnerService

@Suite(.blocking) struct ExperienceEndpointTests {
    /// A reward that is not a number is refused with the reason and not stored; the next trajectory is.
    @Test func whatIsNotFiniteIsRefused() throws {
        let run = try StoredRun()
        let endpoint = run.endpoint
        let c = run.configuration.agent
        let before = run.replay.statistics.counts.inserted
        func receive(_ number: Int, isPoisoned: Bool) -> Settlement.Outcome? {
            endpoint.receive(
                StoredRun.trajectory(
                    number, image: ImageShape(height: c.image, width: c.image, channels: c.channels),
                    actions: c.actions, isPoisoned: isPoisoned),
                key: TrajectoryKey(actor: "a", incarnation: 1, sequence: UInt64(number + 1)))
        }
        #expect(receive(32, isPoisoned: true) == .refused("the reward of step 5 is nan"))
        #expect(receive(33, isPoisoned: false) == nil)
        // Closing stores what waits.
        try run.replay.close()
        #expect(run.replay.statistics.counts.inserted == before + 8)
    }
}
