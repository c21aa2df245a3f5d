import Experience

/// A task that shows images, numbers or both and takes actions.
///
/// An episode starts with `reset` and ends with the step that carries `.last`; then `reset` must be called again. A
/// step without an episode is a programmer's error and traps, and so is an action that does not fit the space. An
/// environment has one owner: it is not `Sendable`. Environments that run in a child process block while they wait
/// for it, so they are stepped on a thread that may block.
public protocol Environment: AnyObject {
    /// Shape of each observation's image; `ImageShape.none` where there is none.
    var image: ImageShape { get }
    /// Numbers of each observation besides its image.
    var vectorCount: Int { get }
    /// What `step` accepts.
    var actionSpace: ActionSpace { get }

    /// Starts an episode. The observation has the flag `.first` and the reward 0.
    func reset() throws(EnvironmentError) -> Observation

    /// Says which action `step` will be called with next, so that an environment which another process plays can begin while
    /// others are stepped. Needs not be called.
    func begin(_ action: Action)

    /// Plays `action` for as many frames as the action repeat says, sums their rewards and shows the last frame.
    ///
    /// `.last` ends the episode; `.terminal` comes with it only where the task is over, not at a time limit.
    func step(_ action: Action) throws(EnvironmentError) -> Observation

    /// Whether the episode that has just ended did so because the environment failed, and not by itself.
    var hasFailed: Bool { get }

    /// What the episode has achieved so far, of a task that counts that; also after its last step.
    func achieved() throws(EnvironmentError) -> Achievements

    /// Ends the environment and what runs for it. It cannot be used afterwards; closing twice does no harm.
    func close()
}

extension Environment {
    /// For those that play on the caller's thread.
    public func begin(_ action: Action) {}

    public var hasFailed: Bool { false }

    public func achieved() throws(EnvironmentError) -> Achievements { Achievements() }

    /// What all its steps have in common.
    package var shape: StepShape {
        StepShape(image: image, vectorCount: vectorCount, actionCount: actionSpace.count)
    }
}
