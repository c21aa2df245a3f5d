import AgentChoice
import Diagnostics
import Experience

/// What a run trains, and whether it ever will.
extension Configuration {
    /// Training steps of the whole run: every agent step after the prefill is replayed as often as the ratio says.
    /// - Parameter inserted: agent steps that are there already; they may be a few more than the run asks for.
    package func trainingSteps(inserted: Int = 0) -> Int {
        let replayed = Double(max(0, max(wantedSteps, inserted) - replay.prefillSteps)) * replay.replayRatio
        return Int(replayed / Double(agent.batch * agent.length))
    }

    /// Environments that play at the same time, of one actor at least: others may join.
    private var environments: Int { max(1, actors.count) * actors.environmentsPerActor }

    /// Refuses what could only end with training that waits for ever.
    func checkTraining() throws(UserError) {
        // By then one of so many environments has delivered a whole sequence with the frame before it, however unevenly
        // they play; with fewer steps it could be none.
        let sequences = environments * agent.length
        let length = "agent.length × environments (\(agent.length) × \(environments))"
        try Requirement.check(
            wantedSteps > sequences,
            "run.steps must be above \(length) = \(sequences), or the run may end before any environment has delivered a "
                + "sequence to train on; got \(run.steps)")
        let least = sequences + actors.trajectorySteps
        try Requirement.check(
            replay.capacitySteps >= least,
            "replay.capacity_steps must be at least \(length) + actors.trajectory_steps = \(least), or the replay may not "
                + "hold a sequence to train on; got \(replay.capacitySteps)")
        try Requirement.check(
            trainingSteps() > 0,
            "run.steps must be above replay.prefill_steps (\(replay.prefillSteps)) by at least agent.batch × agent.length "
                + "/ replay.replay_ratio, or nothing is trained; got \(run.steps)")
    }
}
