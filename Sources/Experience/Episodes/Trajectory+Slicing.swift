import Experience

extension Trajectory {
    /// Some of its steps.
    subscript(_ steps: Range<Int>) -> Trajectory {
        func part<Value>(_ column: [Value], _ width: Int = 1) -> [Value] {
            Array(column[steps.lowerBound * width..<steps.upperBound * width])
        }
        var slice = Trajectory(shape)
        slice.images = part(images, shape.image.count)
        slice.vectors = part(vectors, shape.vectorCount)
        slice.actions = part(actions, shape.actionCount)
        (slice.rewards, slice.flags, slice.policyVersions) = (part(rewards), part(flags), part(policyVersions))
        return slice
    }

    /// Adds the steps of another one of the same shape.
    mutating func append(_ other: Trajectory) {
        images += other.images
        vectors += other.vectors
        actions += other.actions
        rewards += other.rewards
        flags += other.flags
        policyVersions += other.policyVersions
    }
}
