/// How an image that is not square becomes one.
public enum ImageFit: String, Codable, Sendable, CaseIterable {
    case stretch
    /// Black borders.
    case pad
}
