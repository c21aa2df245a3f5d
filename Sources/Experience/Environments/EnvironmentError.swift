/// What can go wrong outside this program when an environment is built or played.
public enum EnvironmentError: Error, Equatable, CustomStringConvertible {
    /// No environment has this name; `known` are those that it may have meant.
    case unknownEnvironment(String, known: [String])
    /// An option has a value that the environment cannot have.
    case invalidOption(String)
    /// There is no Python interpreter with the environments' packages.
    case missingVirtualEnvironment(String)
    /// The child process ended, or had to be ended.
    case bridgeEnded(String)
    /// The environment's own code raised an error.
    case environmentFailed(String)

    public var description: String {
        switch self {
        case .unknownEnvironment(let name, let known):
            "unknown environment \(name); known are \(known.joined(separator: ", "))"
        case .invalidOption(let reason): reason
        case .missingVirtualEnvironment(let reason): "\(reason): run `scripts/setup --envs`"
        case .bridgeEnded(let reason): "the environments' Python process \(reason)"
        case .environmentFailed(let reason): "the environment failed: \(reason)"
        }
    }

    /// Whether it happened to an environment, and not because of what was asked: another one may do better.
    var isAccident: Bool {
        switch self {
        case .bridgeEnded, .environmentFailed: true
        case .unknownEnvironment, .invalidOption, .missingVirtualEnvironment: false
        }
    }
}
