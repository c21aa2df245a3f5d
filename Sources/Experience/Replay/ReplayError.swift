/// What can go wrong with a replay for reasons outside this program, or settings that cannot work.
public struct ReplayError: Error, Equatable, CustomStringConvertible {
    public enum Code: Sendable {
        /// The directory cannot be created, read or written.
        case directory
        /// Another process holds the replay.
        case inUse
        /// The file is not a replay, or one written by a newer version of this program.
        case format
        /// What is stored or sent has another image size or number of actions than this run.
        case shape
        /// Settings that are impossible or would leave both sides waiting.
        case configuration
        /// SQLite could not read or write; the message is its own.
        case storage
        /// Stored bytes are not what was written: those of a trajectory, or of so many that the replay cannot be trusted.
        case damaged
        /// A file of payloads is missing or cut short.
        case incomplete
        /// Nothing can be sampled: no run of steps is long enough.
        case empty
        /// The replay was closed while waiting.
        case closed
    }

    public var code: Code
    /// One line for the user.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
