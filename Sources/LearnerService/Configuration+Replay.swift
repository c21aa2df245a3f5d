import Environments
import Experience
import Replay
import Settings

extension Configuration {
    var replayConfiguration: ReplayConfiguration {
        var configuration = ReplayConfiguration()
        configuration.capacitySteps = replay.capacitySteps
        configuration.capacityBytes = replay.capacityBytes
        configuration.cacheBytes = replay.cacheBytes
        configuration.replayRatio = replay.replayRatio
        configuration.prefillSteps = replay.prefillSteps
        configuration.tolerance = replay.tolerance
        configuration.prefetch = replay.prefetch
        return configuration
    }

    /// Environment frames for one agent step.
    var actionRepeat: Int {
        let options = environmentOptions(python: nil)
        return (try? EnvironmentRegistry.resolve(options, for: environment.id))?.actionRepeat ?? 1
    }
}
