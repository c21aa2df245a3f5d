import AgentChoice
import Diagnostics
import Experience

extension Configuration {
    /// - Throws: one line that names the first key that is out of range or does not fit another.
    public func validate() throws(UserError) {
        try validateRun()
        try agent.validate()
        try validateReplay()
        try validateLearner()
        try validateActors()
        try Requirement.positive("evaluation.episodes", evaluation.episodes)
    }

    /// Bytes of a whole trajectory before compression.
    package var trajectoryBytes: Int {
        let image = ImageShape(height: agent.image, width: agent.image, channels: agent.channels)
        return actors.trajectorySteps * Trajectory.stepBytes(image: image, actionCount: agent.actions)
    }

    private func validateRun() throws(UserError) {
        try Requirement.positive("run.steps", run.steps)
        try Requirement.check(!environment.id.isEmpty, "environment.id must not be empty")
        if let frames = environment.actionRepeat { try Requirement.positive("environment.action_repeat", frames) }
        if let frames = environment.timeLimit { try Requirement.positive("environment.time_limit", frames) }
        if let actions = environment.noOps { try Requirement.notNegative("environment.no_ops", actions) }
        if let probability = environment.sticky { try Requirement.within("environment.sticky", probability, 0...1) }
    }

    private func validateReplay() throws(UserError) {
        try Requirement.positive("replay.replay_ratio", replay.replayRatio)
        if let tolerance = replay.tolerance { try Requirement.positive("replay.tolerance", tolerance) }
        if let bytes = replay.capacityBytes { try Requirement.positive("replay.capacity_bytes", bytes) }
        try Requirement.notNegative("replay.cache_bytes", replay.cacheBytes)
        try Requirement.positive("replay.prefetch", replay.prefetch)
        // Training needs one whole sequence, with the frame before it, and experience that is evicted before the
        // prefill is complete would never let training start.
        let sequence = agent.length + 1
        try Requirement.check(
            replay.prefillSteps >= sequence,
            "replay.prefill_steps must be at least agent.length + 1 = \(sequence), got \(replay.prefillSteps)")
        try Requirement.check(
            replay.capacitySteps >= replay.prefillSteps,
            "replay.capacity_steps must be at least replay.prefill_steps = \(replay.prefillSteps), "
                + "got \(replay.capacitySteps)")
    }

    private func validateLearner() throws(UserError) {
        try Requirement.check(
            hasPort(learner.listen), "learner.listen must be address:port, got \(learner.listen)")
        try Requirement.within("learner.threads", learner.threads, 0...1024)
        try Requirement.positive("learner.checkpoint_seconds", learner.checkpointSeconds)
        try Requirement.positive("learner.publish_every", learner.publishEvery)
        try Requirement.positive("learner.log_every", learner.logEvery)
        try Requirement.positive("learner.max_bad_steps", learner.maxBadSteps)
        if let versions = learner.stalenessLimit { try Requirement.positive("learner.staleness_limit", versions) }
    }

    private func validateActors() throws(UserError) {
        try Requirement.notNegative("actors.count", actors.count)
        try Requirement.check(
            !run.lockstep || actors.count <= 1,
            "run.lockstep needs a single actor: set actors.count to 1 (--actors 1), got \(actors.count)")
        try Requirement.positive("actors.environments_per_actor", actors.environmentsPerActor)
        try Requirement.within(
            "actors.trajectory_steps", actors.trajectorySteps, 1...Trajectory.usualSteps)
        // Less than one trajectory could never be sent.
        for (path, bytes) in [
            ("learner.credit_bytes", learner.creditBytes), ("actors.outbox_bytes", actors.outboxBytes),
        ] {
            guard let bytes else { continue }
            try Requirement.check(
                bytes >= trajectoryBytes,
                "\(path) must hold one trajectory of \(trajectoryBytes) bytes, got \(bytes)")
        }
    }

    /// "host:port" with a port from 0 to 65535; an IPv6 address stands in brackets.
    private func hasPort(_ address: String) -> Bool {
        guard let colon = address.lastIndex(of: ":"), colon != address.startIndex else { return false }
        return UInt16(address[address.index(after: colon)...]) != nil
    }
}
