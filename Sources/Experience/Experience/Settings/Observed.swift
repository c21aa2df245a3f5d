/// What is seen of an environment.
public enum Observed: String, Codable, Sendable, CaseIterable {
    /// Pictures only; drawn by environments that show numbers and can draw.
    case image
    /// Numbers only.
    case vector
    /// All that it shows.
    case both

    package var hasImage: Bool { self != .vector }
    package var hasVector: Bool { self != .image }
}
