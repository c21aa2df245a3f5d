import Environments
import Experience

/// An environment whose episodes all have the same rewards; its pixels count the steps of the episode.
final class ScriptedEnvironment: Environment {
    let image = ImageShape(height: 16, width: 16, channels: 1)
    let vectorCount = 0
    let actionSpace: ActionSpace
    private let rewards: [Float]
    private let endsTerminal: Bool
    let hasFailed: Bool
    private var step = 0
    private(set) var actions: [Action] = []
    private(set) var resets = 0
    private(set) var isClosed = false
    /// Hears "begin", "step" and "reset" when they are called.
    var told: (String) -> Void = { _ in }

    init(rewards: [Float], actions: ActionSpace = .discrete(3), endsTerminal: Bool = true, hasFailed: Bool = false) {
        self.rewards = rewards
        self.endsTerminal = endsTerminal
        self.hasFailed = hasFailed
        actionSpace = actions
    }

    func begin(_ action: Action) { told("begin") }

    func reset() -> Observation {
        told("reset")
        resets += 1
        step = 0
        return Observation(image: picture, reward: 0, flags: .first)
    }

    func step(_ action: Action) -> Observation {
        told("step")
        precondition(step < rewards.count, "a step without an episode")
        actions.append(action)
        step += 1
        let ended: StepFlags = endsTerminal ? [.last, .terminal] : .last
        return Observation(image: picture, reward: rewards[step - 1], flags: step == rewards.count ? ended : [])
    }

    /// As many as there were steps.
    func achieved() -> Achievements { Achievements(bits: (1 << UInt64(min(step, 63))) - 1) }

    func close() {
        isClosed = true
    }

    private var picture: [UInt8] { [UInt8](repeating: UInt8(truncatingIfNeeded: step), count: image.count) }
}
