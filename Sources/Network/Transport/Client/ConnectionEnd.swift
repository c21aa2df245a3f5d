import Wire

/// How a connection ended.
enum ConnectionEnd: Sendable, Equatable {
    /// Everything was handed over and goodbye said.
    case finished
    /// The client was stopped.
    case stopped
    /// The run is complete: the learner needs no more.
    case dismissed
    case refused(Refusal)
    /// The learner is of the same run, but has other settings than before.
    case configurationChanged
    /// The learner will never store a trajectory of a client that needs all to be stored.
    case trajectoryRefused(String)
    /// This side's certificates cannot be used, or one side does not trust the other's.
    case insecure(TransportError)
    /// Another connection took this actor's name.
    case replaced
    /// Worth another attempt.
    case lost(String)
}
