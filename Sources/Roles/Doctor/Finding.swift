/// What an examination has found out about one thing.
public struct Finding: Codable, Sendable, Equatable {
    public enum State: String, Codable, Sendable {
        case ok
        /// It works, but not as well as it could, or not for everything.
        case warning
        /// Runs would fail.
        case fault
    }

    /// What was looked at.
    public var name: String
    public var state: State
    /// In one line.
    public var message: String
    /// What to do about it; nil where there is nothing to do.
    public var advice: String?

    /// All is well.
    init(_ name: String, _ message: String) {
        self.init(name, .ok, message)
    }

    init(_ name: String, _ state: State, _ message: String, advice: String? = nil) {
        self.name = name
        self.state = state
        self.message = message
        self.advice = advice
    }
}
