import Experience
import Settings
import Testing

/// Where the rounds of a run in lockstep begin and end.
@Suite struct LockstepTests {
    private func configuration(_ overrides: String...) throws -> Configuration {
        var layers = ConfigurationLayers()
        layers.overrides = ["run.lockstep=true", "actors.count=1", "agent.length=16"] + overrides
        return try layers.resolve()
    }

    @Test func aRoundIsATrajectoryOfEachEnvironment() throws {
        let c = try configuration("actors.environments_per_actor=3", "actors.trajectory_steps=20")
        #expect(c.roundSteps == 60)
    }

    @Test func prefillIsRoundedUp() throws {
        let common = "actors.trajectory_steps=20"
        #expect(try configuration(common, "replay.prefill_steps=100").prefillRounds == 5)
        #expect(try configuration(common, "replay.prefill_steps=101").prefillRounds == 6)
        // Three learners play a third each.
        #expect(try configuration(common, "replay.prefill_steps=101").share(of: 3).replay.prefillSteps == 34)
    }

    /// Steps of several environments do not make one sequence.
    @Test func prefillHoldsOneSequenceOfEachEnvironment() throws {
        let common = ["actors.environments_per_actor=32", "replay.prefill_steps=32"]
        #expect(try configuration(common[0], common[1], "actors.trajectory_steps=16").prefillRounds == 2)
        #expect(try configuration(common[0], common[1], "actors.trajectory_steps=17").prefillRounds == 1)
    }

    @Test func aRunEndsWithAWholeRound() throws {
        let c = try configuration("actors.trajectory_steps=20", "run.steps=3001")
        #expect(c.wantedSteps == 3020)
        var free = c
        free.run.lockstep = false
        #expect(free.wantedSteps == 3001)
    }
}
