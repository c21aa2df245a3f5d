import Agents
import Diagnostics
import Foundation
import Logging
import Networks
import Settings
import Tensors

extension Checkpoint {
    /// A file that is whole.
    struct Whole {
        let url: URL
        let archive: Archive
        let state: State
        /// Newer files that are not, and why.
        let damaged: [Damaged]
    }

    struct Damaged {
        let url: URL
        /// In one line.
        let reason: String
    }

    /// The newest checkpoint that is whole; nil where there is none at all.
    /// - Throws: one line where there are some and all are damaged.
    static func newest(in directory: URL) throws(UserError) -> Whole? {
        var damaged: [Damaged] = []
        for url in files(in: directory).reversed() {
            do {
                let (archive, state) = try read(url)
                return Whole(url: url, archive: archive, state: state, damaged: damaged)
            } catch {
                damaged.append(Damaged(url: url, reason: "\(error)"))
            }
        }
        guard let newest = damaged.first else { return nil }
        throw UserError(
            "all checkpoints in \(directory.path) are damaged (\(newest.reason)): put back a copy of one, or move them away "
                + "to train anew from the experience that is there")
    }

    static func read(_ url: URL) throws -> (Archive, State) {
        let archive = try Archive(contentsOf: url)
        // Earlier releases wrote no checksum, and nothing but the state.
        guard archive.isSealed || Array(archive.metadata.keys) == ["state"] else {
            throw ArchiveError("\(url.path): the metadata are damaged")
        }
        do {
            return (archive, try JSONDecoder().decode(State.self, from: Data((archive.metadata["state"] ?? "").utf8)))
        } catch {
            throw ArchiveError("\(url.path): its state cannot be read")
        }
    }

    /// The configuration of the run whose newest whole checkpoint is in `directory`; nil where none says.
    static func configuration(in directory: URL) throws -> StoredConfiguration? {
        guard let whole = try newest(in: directory), let yaml = whole.state.configuration else { return nil }
        return try StoredConfiguration(ConfigurationFile(name: "the configuration in \(whole.url.path)", text: yaml))
    }

    /// Restores the newest checkpoint that is whole; nil where there is none. Newer ones that are damaged are put aside, and
    /// what a killed learner had half written is removed.
    static func restore(_ agent: Agent, from directory: URL, logger: Logger) throws -> State? {
        removePartialFiles(in: directory)
        guard let whole = try newest(in: directory) else { return nil }
        for damaged in whole.damaged {
            logger.error(
                "\(damaged.reason); the run goes back to the checkpoint before, \(whole.url.lastPathComponent)")
            try FileManager.default.moveItem(at: damaged.url, to: damaged.url.appendingPathExtension("damaged"))
        }
        if !whole.archive.isSealed {
            logger.notice("\(whole.url.path) is of an earlier release and has no checksum: damage would go unnoticed")
        }
        do { try restore(agent, whole) } catch {
            throw UserError(
                "\(whole.url.path) does not fit this run: \(error); resume with the settings it was written with, or choose "
                    + "another --logdir")
        }
        return whole.state
    }

    private static func restore(_ agent: Agent, _ whole: Whole) throws {
        let archive = whole.archive
        for entry in agent.store.entries {
            let (name, shape) = (entry.specification.name, entry.specification.shape)
            agent.store.restore(name, from: try archive.floats("value.\(name)", shape: shape))
            guard entry.specification.group.isTrained else { continue }
            agent.store.restore(name, .mean, from: try archive.floats("mean.\(name)", shape: shape))
            agent.store.restore(name, .square, from: try archive.floats("square.\(name)", shape: shape))
        }
        for (group, steps) in whole.state.optimizerSteps {
            agent.store.optimizerSteps[ParameterGroup(rawValue: group)] = steps
        }
        agent.returnRange = whole.state.returnRange
    }

    private static func removePartialFiles(in directory: URL) {
        let all = (try? FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)) ?? []
        for file in all where file.pathExtension == "partial" { try? FileManager.default.removeItem(at: file) }
    }
}
