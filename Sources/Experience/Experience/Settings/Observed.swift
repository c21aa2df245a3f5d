/// What is seen of an environment that can show more than one thing.
public enum Observed: String, Codable, Sendable, CaseIterable {
    case image
    /// The numbers that say how things stand.
    case vector
    case both

    package var hasImage: Bool { self != .vector }
    package var hasVector: Bool { self != .image }
}
