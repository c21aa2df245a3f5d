/// What an environment shows after a reset or a step.
public struct Observation: Sendable {
    /// Pixels [height, width, channels], channels last.
    public var image: [UInt8]
    /// Numbers besides the image [vectorCount].
    public var vector: [Float]
    /// Reward received with this observation, already summed over repeated actions.
    public var reward: Float
    public var flags: StepFlags

    public init(image: [UInt8] = [], vector: [Float] = [], reward: Float, flags: StepFlags) {
        self.image = image
        self.vector = vector
        self.reward = reward
        self.flags = flags
    }
}

/// Where a step stands in its episode. `last` and `terminal` differ: a time limit ends an episode (`last`) without
/// the task being over (`terminal`), and only the latter stops the bootstrap of values.
public struct StepFlags: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    public static let first = StepFlags(rawValue: 1)
    public static let last = StepFlags(rawValue: 2)
    public static let terminal = StepFlags(rawValue: 4)
}
