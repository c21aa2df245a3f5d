import Agents
import Diagnostics
import Foundation
import Networks
import Replay
import Runs
import Settings
import Tensors

/// Everything of a run that is not experience: parameters, optimisers, statistics, random streams, limiter, counters.
///
/// It is one file, replaced whole, so that there is no moment at which a part of it is newer than another.
struct Checkpoint {
    /// What is not a tensor.
    struct State: Codable {
        var trainSteps = 0
        /// Those that were left out; nil in checkpoints of a time when there were none.
        var skippedSteps: Int?
        var policyVersion: UInt64 = 0
        /// Steps ever inserted into the replay when this was written.
        var agentSteps = 0
        var returnRange: ReturnRange
        var optimizerSteps: [UInt8: Int] = [:]
        var noise: RandomStream
        var replay: ReplayState
        var sampler: SamplerState
        /// The whole configuration as YAML; nil in checkpoints of a time when it was not kept.
        var configuration: String?
    }

    static let kept = 2

    private static func url(_ step: Int, in directory: URL) -> URL {
        directory.appendingPathComponent(String(format: "%010d.safetensors", step))
    }

    /// The files of complete checkpoints, oldest first.
    static func files(in directory: URL) -> [URL] {
        let all = (try? FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)) ?? []
        return all.filter { $0.pathExtension == "safetensors" }.sorted { $0.lastPathComponent < $1.lastPathComponent }
    }

    // MARK: Writing

    static func save(_ agent: Agent, _ state: State, in directory: URL) throws {
        var archive = Archive()
        for entry in agent.store.entries {
            let (name, shape) = (entry.specification.name, entry.specification.shape)
            archive.set("value.\(name)", agent.store.archived(name), shape: shape)
            guard entry.specification.group.isTrained else { continue }
            archive.set("mean.\(name)", agent.store.archived(name, .mean), shape: shape)
            archive.set("square.\(name)", agent.store.archived(name, .square), shape: shape)
        }
        var state = state
        for (group, steps) in agent.store.optimizerSteps { state.optimizerSteps[group.rawValue] = steps }
        state.returnRange = agent.returnRange
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        archive.metadata["state"] = String(decoding: try encoder.encode(state), as: UTF8.self)
        try archive.write(to: url(state.trainSteps, in: directory))
        for old in files(in: directory).dropLast(kept) { try? FileManager.default.removeItem(at: old) }
    }

    // MARK: Reading

    /// The configuration of the run whose newest checkpoint is in `directory`; nil where none says.
    static func configuration(in directory: URL) throws -> Configuration? {
        guard let newest = files(in: directory).last, let text = try Archive(contentsOf: newest).metadata["state"],
            let yaml = try JSONDecoder().decode(State.self, from: Data(text.utf8)).configuration
        else { return nil }
        return try Configuration(ConfigurationFile(name: "the configuration in \(newest.path)", text: yaml))
    }

    /// Restores the newest checkpoint; nil where there is none.
    static func restore(_ agent: Agent, from directory: URL) throws -> State? {
        guard let newest = files(in: directory).last else { return nil }
        do {
            let archive = try Archive(contentsOf: newest)
            for entry in agent.store.entries {
                let (name, shape) = (entry.specification.name, entry.specification.shape)
                agent.store.restore(name, from: try archive.floats("value.\(name)", shape: shape))
                guard entry.specification.group.isTrained else { continue }
                agent.store.restore(name, .mean, from: try archive.floats("mean.\(name)", shape: shape))
                agent.store.restore(name, .square, from: try archive.floats("square.\(name)", shape: shape))
            }
            let state = try JSONDecoder().decode(State.self, from: Data((archive.metadata["state"] ?? "").utf8))
            for (group, steps) in state.optimizerSteps {
                agent.store.optimizerSteps[ParameterGroup(rawValue: group)] = steps
            }
            agent.returnRange = state.returnRange
            return state
        } catch {
            throw UserError(
                "\(newest.path) does not fit this run: \(error); remove it to go back to the one before, "
                    + "or choose another --logdir")
        }
    }
}

/// The policy of a run's newest checkpoint, for playing.
public struct PolicyCheckpoint: Sendable {
    public let weights: [String: [Float]]
    public let version: UInt64
    public let trainSteps: Int

    public init(newestIn run: RunDirectory) throws {
        guard let newest = Checkpoint.files(in: run.checkpoints).last else {
            throw UserError("\(run.url.path) has no checkpoint yet; let the run train first")
        }
        let archive = try Archive(contentsOf: newest)
        let state = try JSONDecoder().decode(
            Checkpoint.State.self, from: Data((archive.metadata["state"] ?? "").utf8))
        // Version 0 means random actions to a player: untrained weights are a policy, too.
        version = max(1, state.policyVersion)
        trainSteps = state.trainSteps
        var weights: [String: [Float]] = [:]
        for name in archive.names where name.hasPrefix("value.") {
            weights[String(name.dropFirst("value.".count))] = try archive.floats(name)
        }
        self.weights = weights
    }
}
