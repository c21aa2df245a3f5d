import Experience

/// How much is sampled at once: `sequences` (B) sequences of `length` (T) trained steps.
public struct SampleShape: Sendable, Hashable, Codable {
    public var sequences: Int
    public var length: Int

    public init(sequences: Int, length: Int) {
        precondition(sequences > 0 && length > 0, "a batch of \(sequences) × \(length) steps")
        self.sequences = sequences
        self.length = length
    }

    /// Replayed steps in one batch.
    public var steps: Int { sequences * length }
}

/// What every trajectory of one replay has in common.
public struct ReplayShape: Sendable, Hashable, Codable, CustomStringConvertible {
    public var image: ImageShape
    public var actionCount: Int

    public init(image: ImageShape, actionCount: Int) {
        self.image = image
        self.actionCount = actionCount
    }

    public var description: String { "\(image) images and \(actionCount) action values" }
}
