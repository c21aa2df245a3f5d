/// What happens where experience comes from policies that are more versions behind than allowed.
public enum StalenessAction: String, Codable, Sendable, CaseIterable {
    /// It is used all the same, and said in the log.
    case warn
    /// It is stored, but not replayed.
    case drop
    /// An actor gets no credit while the weights that it has are that old.
    case hold
}
