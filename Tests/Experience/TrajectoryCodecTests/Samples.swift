import Experience
import Numbers

/// A trajectory of `steps` steps whose every value differs; pixels are noise where `noisy`, else nearly constant.
func sample(
    steps: Int = 40, image: ImageShape = ImageShape(height: 8, width: 6), vector: Int = 0, actions: Int = 3,
    noisy: Bool = true
) -> Trajectory {
    var random = SplitMix64(seed: UInt64(steps))
    var trajectory = Trajectory(StepShape(image: image, vectorCount: vector, actionCount: actions))
    for step in 0..<steps {
        let pixels = (0..<image.count).map { _ in noisy ? UInt8(random.below(256)) : UInt8(step) }
        let flags: StepFlags = step == 0 ? .first : step == steps - 1 ? [.last, .terminal] : []
        trajectory.append(
            Observation(
                image: pixels, vector: (0..<vector).map { Float($0) - Float(step) / 3 }, reward: Float(step) - 0.5,
                flags: flags),
            action: Action((0..<actions).map { Float($0) + Float(step) / 7 }),
            policyVersion: UInt64(step) << 33)
    }
    return trajectory
}
