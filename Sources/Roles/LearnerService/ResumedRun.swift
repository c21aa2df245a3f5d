import Diagnostics
import Foundation
import Runs
import Settings

/// The settings of a run that is resumed, and where they come from.
public struct ResumedRun: Sendable {
    public let configuration: Configuration
    /// Lines for people: where that is not `config.yaml`, and where a key of it is not of this release.
    public let notices: [String]

    /// What is known of the run in a directory; nil where that is new.
    /// - Throws: where there is experience of which nobody knows what it is, unless `isDescribed`: then the command says so.
    public init?(in path: String, isDescribed: Bool = false) throws {
        let files = FileManager.default
        guard files.fileExists(atPath: path) else { return nil }
        let directory = URL(fileURLWithPath: path)
        if files.fileExists(atPath: path + "/config.yaml") {
            self.init(try StoredConfiguration(ConfigurationFile(path: path + "/config.yaml")))
            return
        }
        let checkpoints = directory.appendingPathComponent("checkpoints")
        if let stored = try Checkpoint.configuration(in: checkpoints) {
            self.init(stored, "there is no config.yaml: the settings are those of the newest checkpoint")
            return
        }
        guard isDescribed || !files.fileExists(atPath: path + "/replay.sqlite") else {
            throw UserError(
                "\(path) holds experience, but neither config.yaml nor a checkpoint says of what: restore config.yaml, say it "
                    + "with --env, --preset or --config, or choose another --logdir")
        }
        return nil
    }

    private init(_ stored: StoredConfiguration, _ notices: String...) {
        configuration = stored.configuration
        self.notices = notices + [stored.notice].compactMap { $0 }
    }
}
