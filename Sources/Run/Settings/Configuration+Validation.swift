import AgentChoice
import Diagnostics
import Experience
import Fields

extension Configuration {
    /// - Throws: one line that names the first key that is out of range or does not fit another.
    public func validate() throws(UserError) {
        try run.checkFields(of: "run")
        try validateEnvironment()
        try agent.validate()
        try replay.checkFields(of: "replay")
        try replay.check(length: agent.length, trajectorySteps: actors.trajectorySteps)
        try learner.checkFields(of: "learner")
        try actors.checkFields(of: "actors")
        try evaluation.checkFields(of: "evaluation")
        try dashboard.checkFields(of: "dashboard")
        try checkActors()
        // They are reported together.
        try Requirement.check(
            evaluation.everyVersions == 0 || evaluation.episodes <= EvaluationSettings.mostBesideTraining,
            "evaluation.episodes must be at most \(EvaluationSettings.mostBesideTraining) with evaluation.every_versions, "
                + "got \(evaluation.episodes)")
        try checkTraining()
    }

    /// Checks what a task is made with, for who makes one before the rest is known.
    package func validateEnvironment() throws(UserError) { try environment.checkFields(of: "environment") }

    /// Bytes of a whole trajectory before compression.
    package var trajectoryBytes: Int { actors.trajectorySteps * stepShape.stepBytes }

    private func checkActors() throws(UserError) {
        try Requirement.check(
            !(run.lockstep && run.offline),
            "run.offline: in lockstep training waits for its actor; set one of them to false")
        try Requirement.check(
            !run.lockstep || actors.count <= 1,
            "run.lockstep needs a single actor: set actors.count to 1 (--actors 1), got \(actors.count)")
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
}
