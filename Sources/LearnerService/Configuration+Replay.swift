import Environments
import Experience
import Replay
import Runs
import Settings
import WorldModels

extension Configuration {
    var replayConfiguration: ReplayConfiguration {
        var configuration = ReplayConfiguration()
        configuration.capacitySteps = replay.capacitySteps
        configuration.capacityBytes = replay.capacityBytes
        configuration.cacheBytes = replay.cacheBytes
        configuration.replayRatio = replay.replayRatio
        configuration.prefillSteps = replay.prefillSteps
        configuration.trajectorySteps = actors.trajectorySteps
        configuration.tolerance = replay.tolerance
        // What is prepared ahead of a round depends on how fast the round before came in.
        configuration.prefetch = run.lockstep ? 0 : replay.prefetch
        return configuration
    }

    /// Size of an actor's credit window in decompressed bytes.
    var creditBytes: Int {
        let bytesPerStep = agent.image * agent.image * agent.channels + 4 * agent.actions + 13
        return learner.creditBytes ?? 2 * actors.environmentsPerActor * actors.trajectorySteps * bytesPerStep
    }

    /// Environment frames for one agent step.
    var actionRepeat: Int {
        let options = environmentOptions(python: nil)
        return (try? EnvironmentRegistry.resolve(options, for: environment.id))?.actionRepeat ?? 1
    }
}
