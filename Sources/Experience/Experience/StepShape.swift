/// What all steps of a stream have in common: the image, the numbers beside or instead of it, and the action.
public struct StepShape: Sendable, Hashable, Codable, CustomStringConvertible {
    /// `ImageShape.none` where there are no images.
    public var image: ImageShape
    /// Numbers of an observation besides its image; 0 for none.
    public var vectorCount: Int
    /// Length of an action vector.
    public var actionCount: Int

    public init(image: ImageShape = .none, vectorCount: Int = 0, actionCount: Int) {
        self.image = image
        self.vectorCount = vectorCount
        self.actionCount = actionCount
    }

    /// Bytes of a step besides its image, before compression: observed numbers and action in Float32, and one reward
    /// (4), policy version (8) and flags (1).
    public var columnBytes: Int { 4 * (vectorCount + actionCount) + 4 + 8 + 1 }

    /// Bytes of a step before compression.
    public var stepBytes: Int { image.count + columnBytes }

    public var description: String {
        let images = image == .none ? [] : ["\(image) images"]
        let vectors = vectorCount == 0 ? [] : ["\(vectorCount) observed numbers"]
        return (images + vectors + ["\(actionCount) action values"]).joined(separator: ", ")
    }
}
