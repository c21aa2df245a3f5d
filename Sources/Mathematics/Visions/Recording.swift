/// Steps of one episode as they were played, to be looked at.
public struct Recording: Sendable {
    /// What was observed in one step, and the action that led to it.
    public struct Step: Sendable {
        /// [size, size, channels].
        public var image: [UInt8]
        public var vector: [Float]
        public var action: [Float]

        public init(image: [UInt8], vector: [Float], action: [Float]) {
            (self.image, self.vector, self.action) = (image, vector, action)
        }
    }

    /// The image before the first step, with which that is compared; nil where the episode begins with it.
    public var before: [UInt8]?
    public var steps: [Step]

    public init(before: [UInt8]?, steps: [Step]) {
        (self.before, self.steps) = (before, steps)
    }

    /// The steps from `start` on, at most `count`; nil where there are fewer than `least`.
    public func part(from start: Int, count: Int, least: Int) -> Recording? {
        let end = min(steps.count, start + count)
        guard end - start >= least else { return nil }
        return Recording(before: start > 0 ? steps[start - 1].image : before, steps: Array(steps[start..<end]))
    }
}

extension Recording {
    /// With its last step again and again, for what goes on by itself, up to `count` steps.
    package func continued(to count: Int) -> Recording {
        guard let last = steps.last, steps.count < count else { return self }
        return Recording(before: before, steps: steps + Array(repeating: last, count: count - steps.count))
    }
}
