/// What may happen next. Nothing else happens, and everything between two of these happens at once.
enum ModelEvent: Hashable, CaseIterable {
    /// An environment hands in a trajectory.
    case submit
    /// The actor connects.
    case connect
    /// What the actor wrote last reaches the learner: over the oldest connection, or the one after.
    case arriveOverOldest, arriveOverNext
    /// What the learner wrote reaches the actor.
    case answerArrives
    /// The writer's thread commits what waits longest, or all that waits.
    case commitOne, commitAll
    /// The news of a commit reaches the event loop.
    case settle
    /// The actor's side of its connection ends: the learner may not know for a while, and what is under way to it arrives.
    case actorLosesConnection
    /// The learner's side of the oldest connection ends.
    case learnerLosesOldest
    /// The processes are killed and start again.
    case learnerCrashes, actorCrashes
}
