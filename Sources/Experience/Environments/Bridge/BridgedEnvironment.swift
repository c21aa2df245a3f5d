import Experience
import Processes

/// An environment that a Python process plays.
package final class BridgedEnvironment: Environment {
    package let image: ImageShape
    package let vectorCount: Int
    package let actionSpace: ActionSpace
    /// Lines for people about how it is taken.
    package let notes: [String]
    /// Nil once closed.
    private var bridge: PythonBridge?
    private let number: UInt32
    private var playing = false
    /// A step whose answer is still to come, and until when it may.
    private var begun: (action: Action, deadline: Deadline)?
    /// Names of all its achievements.
    private let achievements: [String]

    /// - Parameters:
    ///   - image: shape of its images, should it show any.
    ///   - achievements: names of those that its task has.
    init(
        bridge: PythonBridge, number: UInt32, _ made: BridgeAnswer, image: ImageShape, achievements: [String]
    ) {
        self.achievements = achievements
        self.bridge = bridge
        self.number = number
        self.image = made.image ? image : .none
        vectorCount = made.vector
        actionSpace = made.actionSpace
        notes = made.notes
    }

    deinit {
        close()
    }

    /// Identifier of the process while it runs.
    package var processIdentifier: Int32? { bridge?.identifier }

    package func reset() throws(EnvironmentError) -> Observation {
        guard let bridge else { preconditionFailure("a closed environment cannot be reset") }
        let observation = try bridge.reset(number, shape)
        playing = true
        return observation
    }

    package func begin(_ action: Action) {
        guard playing, begun == nil, let bridge else { return }
        begun = bridge.begin(number, action).map { (action, $0) }
    }

    package func step(_ action: Action) throws(EnvironmentError) -> Observation {
        precondition(
            action.vector.count == actionSpace.count,
            "an action of \(action.vector.count) values does not fit a space of \(actionSpace.count)")
        guard let bridge, playing else { preconditionFailure("a step without an episode: call reset first") }
        precondition(begun.map { $0.action == action } ?? true, "another action than the one that was begun")
        let deadline = begun?.deadline
        begun = nil
        let observation = try bridge.step(number, action, shape, begun: deadline)
        playing = !observation.flags.contains(.last)
        return observation
    }

    package func achieved() throws(EnvironmentError) -> Achievements {
        guard let bridge, !achievements.isEmpty else { return Achievements() }
        return Achievements(try bridge.unlocked(number), of: achievements)
    }

    package func close() { close(another: false) }

    /// - Parameter another: whether one is about to be made in its place, in the same process if that still runs.
    func close(another: Bool) {
        // The answer to a step that was begun comes before that to the closing.
        if let (action, deadline) = begun { _ = try? bridge?.step(number, action, shape, begun: deadline) }
        begun = nil
        bridge?.close(number, another: another)
        bridge = nil
        playing = false
    }
}
