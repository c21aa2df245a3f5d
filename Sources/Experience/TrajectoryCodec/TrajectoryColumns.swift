import Experience

/// All columns of a trajectory but the images: what block 0 holds.
public struct TrajectoryColumns: Sendable, Equatable {
    /// Observed numbers [steps, vectorCount].
    public var vectors: [Float]
    /// Actions [steps, actionCount].
    public var actions: [Float]
    /// Rewards [steps].
    public var rewards: [Float]
    /// Version of the policy that chose each action [steps].
    public var policyVersions: [UInt64]
    /// Flags [steps].
    public var flags: [StepFlags]

    public init(
        vectors: [Float] = [], actions: [Float], rewards: [Float], policyVersions: [UInt64], flags: [StepFlags]
    ) {
        self.vectors = vectors
        self.actions = actions
        self.rewards = rewards
        self.policyVersions = policyVersions
        self.flags = flags
    }

    /// The first number that is infinite or none, in words; nil where all are finite. Steps count from 1.
    public var firstNotFinite: String? {
        for (name, values) in [("the reward", rewards), ("an action", actions), ("an observed number", vectors)] {
            guard let index = values.firstIndex(where: { !$0.isFinite }) else { continue }
            return "\(name) of step \(index / (values.count / rewards.count) + 1) is \(values[index])"
        }
        return nil
    }

    var byteCount: Int {
        4 * (vectors.count + actions.count + rewards.count) + 8 * policyVersions.count + flags.count
    }

    /// Writes the columns one after the other, little-endian, the observed numbers last and byte by byte, into `bytes` of `byteCount` bytes.
    func write(into bytes: UnsafeMutableRawBufferPointer) {
        precondition(bytes.count == byteCount, "columns of \(byteCount) bytes do not fit \(bytes.count)")
        var offset = 0
        func put<Value: FixedWidthInteger>(_ value: Value) {
            bytes.storeBytes(of: value.littleEndian, toByteOffset: offset, as: Value.self)
            offset += MemoryLayout<Value>.size
        }
        for value in actions { put(value.bitPattern) }
        for value in rewards { put(value.bitPattern) }
        for value in policyVersions { put(value) }
        for value in flags { put(value.rawValue) }
        // Numbers that are measured have little in common but their highest bytes: side by side, those compress.
        for shift in stride(from: 0, to: 32, by: 8) {
            for value in vectors { put(UInt8(truncatingIfNeeded: value.bitPattern >> shift)) }
        }
    }

    /// Reads what `write` wrote.
    init(steps: Int, shape: StepShape, from bytes: UnsafeRawBufferPointer) {
        var offset = 0
        func take<Value: FixedWidthInteger>(_ type: Value.Type) -> Value {
            defer { offset += MemoryLayout<Value>.size }
            return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
        }
        actions = (0..<steps * shape.actionCount).map { _ in Float(bitPattern: take(UInt32.self)) }
        rewards = (0..<steps).map { _ in Float(bitPattern: take(UInt32.self)) }
        policyVersions = (0..<steps).map { _ in take(UInt64.self) }
        flags = (0..<steps).map { _ in StepFlags(rawValue: take(UInt8.self)) }
        let (start, count) = (offset, steps * shape.vectorCount)
        vectors = (0..<count).map { index in
            Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1 * count + index]) << (8 * $1) })
        }
    }
}
