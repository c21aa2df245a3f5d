import Experience

/// All columns of a trajectory but the images: what block 0 holds.
public struct TrajectoryColumns: Sendable, Equatable {
    /// Actions [steps, actionCount].
    public var actions: [Float]
    /// Rewards [steps].
    public var rewards: [Float]
    /// Version of the policy that chose each action [steps].
    public var policyVersions: [UInt64]
    /// Flags [steps].
    public var flags: [StepFlags]

    public init(actions: [Float], rewards: [Float], policyVersions: [UInt64], flags: [StepFlags]) {
        self.actions = actions
        self.rewards = rewards
        self.policyVersions = policyVersions
        self.flags = flags
    }

    /// The first action or reward that is infinite or not a number, in words; nil where all are finite. Steps count from 1.
    public var firstNotFinite: String? {
        if let step = rewards.firstIndex(where: { !$0.isFinite }) {
            return "the reward of step \(step + 1) is \(rewards[step])"
        }
        guard let index = actions.firstIndex(where: { !$0.isFinite }) else { return nil }
        return "an action of step \(index / (actions.count / rewards.count) + 1) is \(actions[index])"
    }

    var byteCount: Int { 4 * actions.count + 4 * rewards.count + 8 * policyVersions.count + flags.count }

    /// Writes the columns one after the other, little-endian, into `bytes` of `byteCount` bytes.
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
    }

    /// Reads what `write` wrote.
    init(steps: Int, actionCount: Int, from bytes: UnsafeRawBufferPointer) {
        var offset = 0
        func take<Value: FixedWidthInteger>(_ type: Value.Type) -> Value {
            defer { offset += MemoryLayout<Value>.size }
            return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
        }
        actions = (0..<steps * actionCount).map { _ in Float(bitPattern: take(UInt32.self)) }
        rewards = (0..<steps).map { _ in Float(bitPattern: take(UInt32.self)) }
        policyVersions = (0..<steps).map { _ in take(UInt64.self) }
        flags = (0..<steps).map { _ in StepFlags(rawValue: take(UInt8.self)) }
    }
}
