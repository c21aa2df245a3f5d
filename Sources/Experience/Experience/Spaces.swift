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

    /// The shape of images where there are none.
    public static let none = ImageShape(height: 0, width: 0, channels: 0)

    /// Bytes of one image.
    public var count: Int { height * width * channels }

    public var description: String { "\(height)×\(width)×\(channels)" }
}

/// What an environment accepts.
public enum ActionSpace: Sendable, Hashable, Codable {
    /// One choice of so many, as a one-hot vector.
    case discrete(Int)
    /// Several choices at once, each of so many: their one-hot vectors, joined.
    case groups([Int])
    /// So many numbers in [−1, 1].
    case continuous(Int)

    /// Length of an action vector.
    public var count: Int { choices?.reduce(0, +) ?? numbers }

    /// How many there are to choose from in each group; nil for numbers.
    public var choices: [Int]? {
        switch self {
        case .discrete(let count): [count]
        case .groups(let counts): counts
        case .continuous: nil
        }
    }

    private var numbers: Int {
        if case .continuous(let count) = self { count } else { 0 }
    }

    public var isDiscrete: Bool { choices != nil }
}

/// One action as the vector [count] that is stored and fed to the sequence model: one-hot in each group, or the numbers
/// themselves.
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

    /// One choice in each group, as one-hot vectors one after the other.
    ///
    /// - Parameter indices: one for each of `counts`, from 0.
    public static func oneHot(_ indices: [Int], of counts: [Int]) -> Action {
        precondition(indices.count == counts.count, "\(indices.count) choices in \(counts.count) groups")
        return Action(zip(indices, counts).flatMap { oneHot($0, of: $1).vector })
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
