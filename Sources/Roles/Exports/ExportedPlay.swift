import ActorService
import AgentChoice
import Agents
import Diagnostics
import Experience
import Fields
import Settings

/// Plays with an exported policy and nothing else of its run.
package struct ExportedPlay {
    private let file: PolicyFile
    private let configuration: Configuration

    /// - Parameter configuration: the file's own, perhaps with another task.
    package init(_ file: PolicyFile, _ configuration: Configuration) {
        (self.file, self.configuration) = (file, configuration)
    }

    /// - Parameters:
    ///   - film: gets all that the first environment shows.
    ///   - watch: gets each step.
    /// - Throws: one line where the task shows or takes something else than the policy was trained with.
    package func run(
        episodes: Int, seed: UInt64, choice: Evaluator.Choice, threads: Int, python: String?,
        film: (Observation) -> Void = { _ in }, watch: @escaping (ActingStep) -> Void
    ) throws -> Evaluator.Result {
        let result = try Evaluator(configuration, python: python).run(
            episodes: episodes, seed: seed, choice: choice, threads: threads, film: film
        ) { policy in
            try requireFit(of: policy.configuration)
            try policy.load(file.weights, version: file.description.policyVersion)
            policy.watch = watch
        }
        guard let result else { preconditionFailure("nobody has stopped it") }
        return result
    }

    private func requireFit(of task: AgentConfiguration) throws(UserError) {
        let policy = file.description.agent
        guard task != policy else { return }
        throw UserError(
            "\(configuration.environment.id) does not fit the policy: "
                + task.differences(from: policy).joined(separator: "; "))
    }
}
