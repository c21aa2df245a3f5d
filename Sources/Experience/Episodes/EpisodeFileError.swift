import Diagnostics

/// What is wrong with a file of episodes, in one line.
public struct EpisodeFileError: OneLineError, Equatable {
    public var message: String
    public var exitCode: Int32 { 64 }

    init(_ message: String) {
        self.message = message
    }
}
