/// Whether the database can be written or read at present.
public enum StorageStatus: Sendable, Equatable {
    case working
    /// It is tried again and again; the reason is one line for the user.
    case blocked(reason: String)
    /// No further attempt could work: the database contradicts itself. The run has to end.
    case failed(ReplayError)
}
