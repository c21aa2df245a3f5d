import Experience

/// An environment each of whose episodes can be played again by itself: from its seed and its actions.
package protocol RepeatableEnvironment: Environment {
    /// Starts an episode all of whose randomness follows from `seed`, whatever was played before.
    func reset(seed: UInt64) throws(EnvironmentError) -> Observation
}
