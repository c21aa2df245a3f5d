import Experience

/// B sampled sequences of T trained steps, time-major, in one piece of memory that is used again: the sampler decompresses
/// into it, and a training step reads it there.
///
/// Of the T + 1 frames of each sequence the first serves only as o_{t−1}: step t of the other columns belongs to frame
/// t + 1.
public final class SequenceBatch: @unchecked Sendable {
    // Safe: one thread has a batch at a time, the sampler's until it delivers it and once it is recycled, in between the
    // one that asked for it. Threads that fill it together keep to rows of their own, which have no byte in common.
    public let shape: SampleShape
    public let replay: StepShape
    private let memory: AlignedBuffer
    private let columns: Columns

    /// The memory, column by column.
    package struct Columns: @unchecked Sendable {
        // Safe: as the batch, which `withColumns` keeps.
        package let shape: SampleShape
        package let replay: StepShape
        /// Pixels [T+1, B, height, width, channels].
        package let images: UnsafeMutableBufferPointer<UInt8>
        /// Observed numbers [T, B, V].
        package let vectors: UnsafeMutableBufferPointer<Float>
        /// Actions aₜ₋₁ that led to each step [T, B, A].
        package let actions: UnsafeMutableBufferPointer<Float>
        /// Rewards [T, B].
        package let rewards: UnsafeMutableBufferPointer<Float>
        /// 1 at an episode's first step, else 0 [T, B].
        package let isFirst: UnsafeMutableBufferPointer<UInt8>
        /// 1 where the task was over, else 0 [T, B].
        package let isTerminal: UnsafeMutableBufferPointer<UInt8>
        /// Version of the policy that chose each action [T, B].
        package let policyVersions: UnsafeMutableBufferPointer<UInt64>
    }

    init(shape: SampleShape, replay: StepShape) {
        self.shape = shape
        self.replay = replay
        (memory, columns) = Columns.allocate(shape: shape, replay: replay)
    }

    /// Runs `body` on the memory of the batch, which nobody may keep beyond that.
    package func withColumns<Result, Failure: Error>(
        _ body: (Columns) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(self) {} }
        return try body(columns)
    }

    /// How old the policies were that chose these actions.
    public var versions: PolicyVersions {
        withColumns { PolicyVersions($0.policyVersions) }
    }
}

extension SequenceBatch.Columns {
    /// One piece of memory, from a page on, and the columns in it, each from a cache line on.
    fileprivate static func allocate(shape: SampleShape, replay: StepShape) -> (AlignedBuffer, Self) {
        let steps = shape.steps
        var end = 0
        func place(_ bytes: Int) -> Range<Int> {
            defer { end = (end + bytes + 63) / 64 * 64 }
            return end..<end + bytes
        }
        let images = place((steps + shape.sequences) * replay.image.count)
        let vectors = place(4 * steps * replay.vectorCount)
        let (actions, rewards) = (place(4 * steps * replay.actionCount), place(4 * steps))
        let (isFirst, isTerminal, policyVersions) = (place(steps), place(steps), place(8 * steps))
        let memory = AlignedBuffer(count: AlignedBuffer.roundUp(end))
        func column<Element>(_ place: Range<Int>) -> UnsafeMutableBufferPointer<Element> {
            UnsafeMutableRawBufferPointer(rebasing: memory.bytes[place]).bindMemory(to: Element.self)
        }
        return (
            memory,
            Self(
                shape: shape, replay: replay, images: column(images), vectors: column(vectors),
                actions: column(actions), rewards: column(rewards), isFirst: column(isFirst),
                isTerminal: column(isTerminal),
                policyVersions: column(policyVersions))
        )
    }
}

/// A summary of policy versions; what was chosen at random (version 0) is only counted.
public struct PolicyVersions: Sendable, Equatable {
    public var oldest: UInt64 = 0
    public var newest: UInt64 = 0
    public var mean: Double = 0
    /// Steps without a policy.
    public var random = 0

    init(_ versions: some Collection<UInt64>) {
        var sum = 0.0
        oldest = .max
        for version in versions {
            if version == 0 {
                random += 1
            } else {
                oldest = min(oldest, version)
                newest = max(newest, version)
                sum += Double(version)
            }
        }
        let chosen = versions.count - random
        if chosen > 0 { mean = sum / Double(chosen) } else { oldest = 0 }
    }

    /// Mean number of versions between these actions and `current`.
    public func staleness(current: UInt64) -> Double { Double(current) - mean }
}
