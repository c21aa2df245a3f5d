import Environments
import Experience
import Foundation
import Runs
import Settings

/// A process that `train` starts.
package enum TrainChild: Hashable, Sendable, CustomStringConvertible {
    case learner
    case actor(Int)
    case evaluator

    package var description: String {
        switch self {
        case .learner: "learner"
        case .actor(let index): "actor-\(index)"
        case .evaluator: "evaluator"
        }
    }
}

/// What the processes of one run are started with.
package struct TrainArguments: Sendable {
    private let directory: RunDirectory
    /// File with the configuration that the learner is to take.
    private let configuration: String
    private let environment: EnvironmentSettings
    private let isLockstep: Bool
    private let python: String?

    /// - Parameters:
    ///   - file: with `configuration`, for the learner.
    ///   - python: interpreter of bridged environments; nil lets each process look for one.
    package init(_ directory: RunDirectory, _ configuration: Configuration, in file: String, python: String?) {
        self.directory = directory
        self.configuration = file
        environment = configuration.environment
        isLockstep = configuration.run.lockstep
        self.python = python
    }

    /// - Parameter address: of the learner; nil before it listens.
    func callAsFunction(_ child: TrainChild, address: String?) -> [String] {
        let role =
            switch child {
            case .learner:
                [
                    "learner", "--logdir", directory.url.path, "--config", configuration, "--listen", "127.0.0.1:0",
                    "--progress", "json", "--task-is-tried",
                ]
            case .actor, .evaluator:
                [
                    "actor", "--connect", address ?? "", "--token-file", directory.tokenFile.path, "--name", "\(child)",
                    "--environment-log", directory.environmentLog(of: "\(child)").path,
                ]
                    + (child == .evaluator
                        ? ["--evaluate"] : option("--rounds", isLockstep ? directory.roundStatesPath : nil))
            }
        return role + ["--stop-with-input", "--log", "warning"] + option("--python", python)
            + (child == .learner ? [] : allowance(for: child == .evaluator ? .evaluation : .training))
    }

    /// These actors are the learner's own: they use what its environment needs.
    private func allowance(for purpose: EnvironmentPurpose) -> [String] {
        let folder = environment.options.shownBackgrounds(for: purpose) ?? ""
        return option("--gym-module", EnvironmentRegistry.importedModule(of: environment.id))
            + option("--backgrounds", folder.isEmpty ? nil : folder)
    }

    private func option(_ name: String, _ value: String?) -> [String] { value.map { [name, $0] } ?? [] }
}
