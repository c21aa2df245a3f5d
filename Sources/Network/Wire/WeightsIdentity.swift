/// Which weights these are. Versions rise within one generation of the learner only: one that went back to a checkpoint
/// counts on from there.
public struct WeightsIdentity: Sendable, Equatable {
    public var learnerGeneration: UInt64
    public var version: UInt64

    public init(learnerGeneration: UInt64, version: UInt64) {
        self.learnerGeneration = learnerGeneration
        self.version = version
    }
}
