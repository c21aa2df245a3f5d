/// What of all that is not flushed a disk holds after a power loss.
public enum PowerLoss: Sendable, CaseIterable {
    case nothing
    case everything
    /// Each sector, each name, each change of a size by chance.
    case chance
}
