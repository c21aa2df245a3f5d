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
        /// The round of a run in lockstep that this belongs to; nil during its prefill, and in other runs.
        var round: Round?
        /// Of the ranks after the first, by number, where learners have trained in a group: also of those that were missing since.
        var otherRanks: [RankPosition]?
        /// The whole configuration as YAML; nil in checkpoints of a time when it was not kept.
        var configuration: String?
    }

    /// A round in lockstep: what was trained on is all that was stored by its end.
    struct Round: Codable {
        enum Stage: String, Codable {
            case training
            /// All training steps of the round are done.
            case trained
            /// The weights that it has led to are out.
            case published
        }

        /// Steps ever inserted by its end, and those that were in the replay then.
        var insertedSteps: Int
        var storedSteps: Int
        var stage = Stage.training
    }

    /// The copy of the checkpoint that has been evaluated best.
    static func best(in directory: URL) -> URL { directory.appendingPathComponent("best.safetensors") }

    /// Training steps of a checkpoint, as its name says; nil for other files.
    static func step(of file: URL) -> Int? {
        file.pathExtension == "safetensors" ? Int(file.deletingPathExtension().lastPathComponent) : nil
    }

    /// The file of the checkpoint after so many training steps.
    static func url(_ step: Int, in directory: URL) -> URL {
        directory.appendingPathComponent(String(format: "%010d.safetensors", step))
    }

    /// The files of complete checkpoints, oldest first.
    static func files(in directory: URL) -> [URL] {
        let all = (try? FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)) ?? []
        return all.filter { step(of: $0) != nil }.sorted { $0.lastPathComponent < $1.lastPathComponent }
    }

    // MARK: Writing

    static func save(
        _ agent: Agent, _ state: State, in directory: URL, keeping retention: CheckpointRetention
    ) throws {
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
        try archive.write(to: url(state.trainSteps, in: directory), sealed: true)
        for old in retention.superfluous(files(in: directory).compactMap(step(of:))) {
            try? FileManager.default.removeItem(at: url(old, in: directory))
        }
    }
}
