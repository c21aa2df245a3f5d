import Wire

/// Why a server cannot start or a client cannot go on. Each description is one line that says what to do.
public enum TransportError: Error, Equatable, CustomStringConvertible {
    case addressInUse(host: String, port: Int)
    case cannotListen(host: String, port: Int, reason: String)
    /// A file that TLS needs is missing, damaged or expired, with its name.
    case certificates(String)
    /// One side does not trust the other's certificate, and has not before.
    case distrusted(String)
    /// The learner does not want this client, and trying again would not help.
    case refused(Refusal)
    /// Another process uses the same actor name.
    case replaced(actor: String)
    /// The learner has other settings than when it first let this client in: whatever follows from them must be made anew.
    case configurationChanged
    /// The learner refused a trajectory, for that reason, of a client that needs all of them to be stored.
    case trajectoryRefused(String)
    /// The client was stopped before its work was done.
    case stopped

    public var description: String {
        switch self {
        case .addressInUse(let host, let port):
            "port \(port) of \(host) is in use: choose another, or stop the process that listens there"
        case .cannotListen(let host, let port, let reason):
            "cannot listen on port \(port) of \(host): \(reason)"
        case .certificates(let problem): problem
        case .distrusted(let reason): "no encrypted connection to the learner: \(reason)"
        case .refused(let refusal):
            "the learner refuses this client: \(refusal.message)"
        case .replaced(let actor):
            "another process uses the actor name \(actor): give each actor its own name"
        case .configurationChanged:
            "the learner's configuration has changed since this actor joined: start the actor again"
        case .trajectoryRefused(let reason):
            "the learner refused a trajectory, and a run in lockstep cannot go on without it: \(reason)"
        case .stopped:
            "the connection to the learner was stopped"
        }
    }
}
