import Experience
import Logging
import Replay
import Runs

/// Brings a run in lockstep back to the round that its checkpoint is of. What was stored later stays stored, and training gets it
/// again round by round; the actor goes on at the end of the last round that is stored whole. So the run ends as it would have.
struct RoundResumption {
    let replay: ReplayBuffer
    let states: RoundStates
    let logger: Logger
    /// Agent steps of a round, and of all rounds that are played at random.
    let roundSteps: Int
    let prefillSteps: Int
    /// Trajectories of a round.
    let environments: Int
    /// Whether sequences wait to be served first: they are in no checkpoint.
    let servesFreshFirst: Bool

    /// - Parameter checkpoint: nil where there is none.
    /// - Returns: whether the run goes on as if it had not stopped.
    func resume(_ checkpoint: Checkpoint.State?) throws(ReplayError) -> Bool {
        let inserted = replay.limiter.limit.counts.inserted
        if !servesFreshFirst, try isActorThere(), try goesBack(to: checkpoint) {
            let again = inserted - replay.limiter.limit.counts.inserted
            if again > 0 {
                logger.warning(
                    "in lockstep training goes back to the checkpoint: the \(again) agent steps stored after it come again, round by round"
                )
            }
            return true
        }
        // What the actor knows is of another run from here on.
        states.removeAll()
        if inserted > 0 {
            logger.warning("this run in lockstep goes on, but not as it would have without the stop")
        }
        return false
    }

    /// Whether it is known where the actor stood at the end of the last round that is stored whole.
    private func isActorThere() throws(ReplayError) -> Bool {
        guard let newest = try replay.newestKey() else { return true }
        let marks = states.marks.filter { $0.incarnation == newest.incarnation }
        let whole = marks.last { $0.through <= newest.sequence }?.through ?? 0
        return !marks.isEmpty && newest.sequence - whole < environments
    }

    /// Lets training see what it had seen when the checkpoint was written, and no more.
    private func goesBack(to checkpoint: Checkpoint.State?) throws(ReplayError) -> Bool {
        let stored = replay.limiter.limit.counts.inserted
        guard let round = checkpoint?.round else {
            // No weights were out yet.
            return checkpoint?.policyVersion ?? 0 == 0 && stored <= prefillSteps
        }
        guard try replay.withhold(after: round.insertedSteps) else { return false }
        // What has left since was trained on for the last time, if only one round has come.
        let isDone = round.stage != .training && stored - round.insertedSteps <= roundSteps
        if isDone || replay.limiter.limit.counts.size == round.storedSteps { return true }
        replay.show(through: .max)
        return false
    }
}
