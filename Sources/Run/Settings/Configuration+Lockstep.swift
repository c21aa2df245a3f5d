import AgentChoice
import Experience

/// A run in lockstep consists of rounds: the actor plays one trajectory of each environment, the learner stores them all,
/// trains as much as the replay ratio allows, and publishes the weights of the next round.
extension Configuration {
    /// Agent steps of one round.
    public var roundSteps: Int { actors.environmentsPerActor * actors.trajectorySteps }

    /// Rounds that a new run plays at random, without waiting: until the replay holds its prefill and, of each
    /// environment, one whole sequence with the frame before it.
    public var prefillRounds: Int {
        max(Self.parts(replay.prefillSteps, of: roundSteps), Self.parts(agent.length + 1, of: actors.trajectorySteps))
    }

    /// Agent steps after which no more are taken. In lockstep these are whole rounds, for where within a round the last
    /// step lies would depend on timing.
    public var wantedSteps: Int {
        run.lockstep ? Self.parts(run.steps, of: roundSteps) * roundSteps : run.steps
    }

    /// The run as `learners` in lockstep make it, each with an actor of its own: it ends with a round of all of them.
    package func inRounds(of learners: Int) -> Configuration {
        guard run.lockstep else { return self }
        var run = self
        run.run.steps = Self.parts(self.run.steps, of: roundSteps * learners) * roundSteps * learners
        return run
    }

    /// What the actor of one of these learners is told: its part of the prefill.
    package func share(of learners: Int) -> Configuration {
        guard run.lockstep else { return self }
        var share = self
        share.replay.prefillSteps = Self.parts(replay.prefillSteps, of: learners)
        return share
    }

    /// Parts of `size` that hold `count`.
    private static func parts(_ count: Int, of size: Int) -> Int { (count - 1) / size + 1 }
}
