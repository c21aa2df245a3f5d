import Experience

/// An environment that a Python process plays.
package final class BridgedEnvironment: Environment {
    package let image: ImageShape
    package let vectorCount: Int
    package let actionSpace: ActionSpace
    /// Nil once closed.
    private var bridge: PythonBridge?
    private let number: UInt32
    private var playing = false

    /// - Parameter image: shape of its images, should it show any.
    init(bridge: PythonBridge, number: UInt32, _ made: BridgeAnswer, image: ImageShape) {
        self.bridge = bridge
        self.number = number
        self.image = made.image ? image : .none
        vectorCount = made.vector
        actionSpace = made.actionSpace
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

    package func step(_ action: Action) throws(EnvironmentError) -> Observation {
        precondition(
            action.vector.count == actionSpace.count,
            "an action of \(action.vector.count) values does not fit a space of \(actionSpace.count)")
        guard let bridge, playing else { preconditionFailure("a step without an episode: call reset first") }
        let observation = try bridge.step(number, action, shape)
        playing = !observation.flags.contains(.last)
        return observation
    }

    package func close() {
        bridge?.close(number)
        bridge = nil
        playing = false
    }
}
