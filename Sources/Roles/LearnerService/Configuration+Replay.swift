import AgentChoice
import Environments
import Experience
import Replay
import Runs
import Settings

extension Configuration {
    var replayConfiguration: ReplayConfiguration {
        var configuration = ReplayConfiguration()
        configuration.settings = replay
        configuration.trajectorySteps = actors.trajectorySteps
        if learner.stalenessAction == .drop { configuration.maximumStaleness = learner.stalenessLimit }
        // What is prepared ahead of a round depends on how fast the round before came in.
        if run.lockstep { configuration.prefetch = 0 }
        return configuration
    }

    /// Size of an actor's credit window in decompressed bytes.
    var creditBytes: Int {
        learner.creditBytes ?? 2 * actors.environmentsPerActor * trajectoryBytes
    }
}
