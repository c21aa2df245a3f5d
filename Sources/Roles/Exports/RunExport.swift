import Agents
import Diagnostics
import Files
import Foundation
import LearnerService
import Onnx
import Runs
import Settings

/// What a checkpoint of a run is taken away as.
///
///     config.json           what the weights are of, for people and programs
///     policy.safetensors    the weights that acting needs
///     model.safetensors     all weights
///     policy.onnx           the acting step
package struct RunExport {
    private let file: PolicyFile
    /// A line for each checkpoint that was passed over.
    package let notices: [String]

    package init(
        _ choice: CheckpointChoice = .newest, of run: RunDirectory, _ configuration: Configuration, release: String,
        commit: String?
    ) throws {
        let checkpoint = try PolicyCheckpoint(choice, in: run)
        let description = PolicyDescription(
            configuration, policyVersion: checkpoint.version, trainSteps: checkpoint.trainSteps, release: release,
            commit: commit)
        self.init(PolicyFile(description, weights: checkpoint.weights), notices: checkpoint.notices)
    }

    /// - Parameter file: with all weights of the agent.
    package init(_ file: PolicyFile, notices: [String] = []) {
        (self.file, self.notices) = (file, notices)
    }

    /// Writes the files into a directory, which is made where it is missing. Files of these names are replaced.
    /// - Returns: a line for each.
    package func write(to path: String) throws -> [String] {
        let directory = URL(fileURLWithPath: path)
        do { try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true) } catch {
            throw UserError("--out: \(path) cannot be made: \(error.localizedDescription)")
        }
        let agent = file.description.agent
        let (acting, all) = (ActingPolicy.specifications(agent), Agent.specifications(agent))
        let text = try file.description.json()
        try file.write(acting, to: directory.appendingPathComponent("policy.safetensors"))
        try file.write(all, to: directory.appendingPathComponent("model.safetensors"))
        let graph = ActingGraph(agent, weights: file.weights)
        let producer = "dreamer \(file.description.release)"
        try DurableFile.replace(
            directory.appendingPathComponent("policy.onnx").path,
            with: graph.encoded(producer: producer, configuration: text))
        try DurableFile.replace(directory.appendingPathComponent("config.json").path, with: text.utf8)
        let version =
            "policy version \(file.description.policyVersion) after \(file.description.trainSteps) training steps"
        return [
            "\(path)/config.json: \(version)", "\(path)/policy.safetensors: \(acting.count) tensors, what acting needs",
            "\(path)/model.safetensors: \(all.count) tensors, all of the agent", "\(path)/policy.onnx: the acting step",
        ]
    }
}
