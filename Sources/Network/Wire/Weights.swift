/// The policy's parameters: what actors compute with.
public struct PolicyWeights: Sendable, Equatable {
    /// One named array of numbers.
    public struct Tensor: Sendable, Equatable {
        public var name: String
        public var shape: [Int]
        /// Values [shape], row by row.
        public var values: [Float]

        public init(name: String, shape: [Int], values: [Float]) {
            self.name = name
            self.shape = shape
            self.values = values
        }
    }

    public var version: UInt64
    public var tensors: [Tensor]

    public init(version: UInt64, tensors: [Tensor]) {
        self.version = version
        self.tensors = tensors
    }
}

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

/// Announces the chunks of one version; replaces an earlier offer that is not complete.
public struct WeightsOffer: Sendable, Equatable {
    public var version: UInt64
    /// Bytes of all chunks together.
    public var totalBytes: UInt64
    public var chunkCount: UInt32
    /// CRC-32C of all chunks together.
    public var checksum: UInt32
    public var learnerGeneration: UInt64

    public init(version: UInt64, totalBytes: UInt64, chunkCount: UInt32, checksum: UInt32, learnerGeneration: UInt64) {
        self.version = version
        self.totalBytes = totalBytes
        self.chunkCount = chunkCount
        self.checksum = checksum
        self.learnerGeneration = learnerGeneration
    }
}

/// One part of the weights; its bytes follow in the same frame.
public struct WeightsChunk: Sendable, Equatable {
    public var version: UInt64
    /// From 0.
    public var index: UInt32

    public init(version: UInt64, index: UInt32) {
        self.version = version
        self.index = index
    }
}
