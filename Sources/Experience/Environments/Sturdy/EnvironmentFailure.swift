/// An environment that failed and was, or is about to be, made again.
package struct EnvironmentFailure: Sendable, Equatable {
    package let error: EnvironmentError
    /// Steps of the episode that it ended; nil where none had begun.
    package let episodeSteps: Int?

    package init(error: EnvironmentError, episodeSteps: Int?) {
        self.error = error
        self.episodeSteps = episodeSteps
    }
}
