/// The shape of one image observation: `height` × `width` pixels of `channels` bytes, channels last.
public struct ImageShape: Sendable, Hashable, Codable, CustomStringConvertible {
    public var height: Int
    public var width: Int
    public var channels: Int

    public init(height: Int, width: Int, channels: Int = 3) {
        self.height = height
        self.width = width
        self.channels = channels
    }

    /// Bytes of one image.
    public var count: Int { height * width * channels }

    public var description: String { "\(height)×\(width)×\(channels)" }
}

/// What an environment accepts: one of `count` discrete actions (one-hot), or `count` numbers in [−1, 1].
public enum ActionSpace: Sendable, Hashable, Codable {
    case discrete(Int)
    case continuous(Int)

    /// Length of an action vector.
    public var count: Int {
        switch self {
        case .discrete(let count), .continuous(let count): count
        }
    }

    public var isDiscrete: Bool {
        if case .discrete = self { true } else { false }
    }
}

/// One action as the vector [count] that is stored and fed to the sequence model: one-hot, or the numbers themselves.
public struct Action: Sendable, Hashable {
    public var vector: [Float]

    public init(_ vector: [Float]) {
        self.vector = vector
    }

    /// The discrete action `index` of `count` as a one-hot vector.
    public static func oneHot(_ index: Int, of count: Int) -> Action {
        precondition(index >= 0 && index < count, "action \(index) is not one of \(count)")
        var vector = [Float](repeating: 0, count: count)
        vector[index] = 1
        return Action(vector)
    }

    /// No action: what leads to an episode's first step.
    public static func none(_ count: Int) -> Action {
        Action([Float](repeating: 0, count: count))
    }

    /// Position of the largest element: the discrete action of a one-hot vector.
    public var index: Int {
        vector.indices.max { vector[$0] < vector[$1] } ?? 0
    }
}
