import Environments
import Logging
import NIOCore
import Transport

/// Counts the failures of an actor's environments, and says each in a line, but no more than one in a few seconds.
final class FailureLog {
    private let logger: Logger
    private var lines = RefusalLog(interval: .seconds(2))
    private(set) var count: UInt64 = 0

    init(_ logger: Logger) {
        self.logger = logger
    }

    /// - Parameter environment: its number within the actor.
    func note(_ environment: Int, _ failure: EnvironmentFailure, now: NIODeadline = .now()) {
        count += 1
        guard let unlogged = lines.admit(now: now) else { return }
        let episode = failure.episodeSteps.map { "its episode ends after \($0) steps, and " } ?? ""
        let before = unlogged > 0 ? " (and \(unlogged) failures before it)" : ""
        logger.warning("environment \(environment): \(failure.error); \(episode)it is made again\(before)")
    }
}
