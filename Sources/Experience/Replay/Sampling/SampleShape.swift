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
