import Diagnostics
import Files
import Foundation
import Settings
import SystemPackage

/// The directory of one run: its configuration, metrics, replay and checkpoints.
///
/// ```
/// config.yaml      the whole configuration
/// run.json         run id and learner generation
/// token            what actors on this host prove themselves with, readable by the owner only
/// metrics.jsonl    one measurement a line
/// replay.sqlite    experience
/// checkpoints/     the last two or more, NUMBER.safetensors by training step; best.safetensors, the one evaluated best
/// rounds/          where the actor stood at the end of its latest rounds, in lockstep only
/// environments/    what environments in Python print, NAME.log by actor
/// pictures/        what the world model sees, KIND-STEP.png and .gif by training step, the newest of each kind
/// events.out.tfevents.*  for TensorBoard, where learner.tensorboard says so
/// held-out/        a replay of episodes that the world model is tried on, and not trained on, where some were imported
/// bad-batches/     batches of training steps that were left out, where there were any
/// ```
public struct RunDirectory: Sendable {
    public let url: URL

    public var configurationFile: URL { url.appendingPathComponent("config.yaml") }
    public var metricsFile: URL { url.appendingPathComponent("metrics.jsonl") }
    /// Paths of the metrics of a group's other ranks that lie in here, `rank-K/metrics.jsonl`.
    public var metricsOfOtherRanks: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
        return names.filter { $0.hasPrefix("rank-") }.sorted()
            .map { url.appendingPathComponent($0).appendingPathComponent("metrics.jsonl").path }
            .filter(FileManager.default.fileExists(atPath:))
    }
    public var tokenFile: URL { url.appendingPathComponent("token") }
    public var checkpoints: URL { url.appendingPathComponent("checkpoints") }
    public var pictures: URL { url.appendingPathComponent("pictures") }
    public var heldOut: URL { url.appendingPathComponent("held-out") }
    public var badBatches: URL { url.appendingPathComponent("bad-batches") }
    private var environmentLogs: URL { url.appendingPathComponent("environments") }
    private var identityFile: URL { url.appendingPathComponent("run.json") }

    /// Which run this is, and how often its learner has started.
    public struct Identity: Codable, Sendable {
        public var id: String
        public var generation: UInt64
    }

    /// The file for what the environments of `player` print.
    public func environmentLog(of player: String) -> URL {
        environmentLogs.appendingPathComponent("\(player).log")
    }

    /// A directory that exists and holds a run.
    public init(existing path: String) throws(UserError) {
        url = URL(fileURLWithPath: path)
        guard FileManager.default.fileExists(atPath: configurationFile.path) || hasCheckpoints else {
            throw UserError("\(path) holds no run: there is no config.yaml; give the --logdir of a run")
        }
    }

    /// Whether there is a checkpoint, complete or not.
    public var hasCheckpoints: Bool {
        (try? FileManager.default.contentsOfDirectory(atPath: checkpoints.path))?.isEmpty == false
    }

    /// Makes the directory where it is missing, and checks that it can be written.
    public init(creating path: String) throws(UserError) {
        url = URL(fileURLWithPath: path)
        do {
            try FileManager.default.createDirectory(at: checkpoints, withIntermediateDirectories: true)
            // Whoever else starts here at this moment has another name for it.
            let trial = url.appendingPathComponent(".writable-\(UUID().uuidString)").path
            _ = try OpenFile(trial, for: .creating)
            try FileManager.default.removeItem(atPath: trial)
        } catch {
            throw UserError("cannot write to \(path): \(Self.reason(error)); choose another --logdir")
        }
    }

    /// One line for people where the directory lies on another machine's disk.
    public var remoteNotice: String? {
        RemoteFileSystem.name(of: url.path).map { name in
            "\(url.path) lies on \(name), a network file system, where neither locks nor flushed data are certain: keep a run on a "
                + "local disk, or its experience may be lost"
        }
    }

    private static func reason(_ error: any Error) -> String {
        if let error = error as? FileError { return error.reason }
        // On Linux the underlying error is no NSError until it is made one.
        let underlying = ((error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error).map { $0 as NSError }
        guard let underlying, underlying.domain == NSPOSIXErrorDomain else { return "\(error)" }
        return Errno(rawValue: Int32(underlying.code)).description
    }

    // MARK: Configuration

    /// The configuration the run was last started with; nil where it is not there.
    public func configuration() throws(UserError) -> StoredConfiguration? {
        guard FileManager.default.fileExists(atPath: configurationFile.path) else { return nil }
        return try StoredConfiguration(ConfigurationFile(path: configurationFile.path))
    }

    /// What the run goes on with from here; only once replay and checkpoint have taken it.
    public func store(_ configuration: Configuration) throws {
        try DurableFile.replace(configurationFile.path, with: configuration.storedYAML().utf8)
    }

    // MARK: Identity

    /// The identity for a start of the learner: the same run, one generation later.
    /// - Parameter announced: what an earlier start has said of itself elsewhere. It may know of starts that this directory,
    ///   as a copy that has not come back, does not.
    public func nextIdentity(proposed: String, after announced: LearnerAnnouncement? = nil) throws -> Identity {
        var identity = Identity(id: proposed, generation: 0)
        if let data = try? Data(contentsOf: identityFile) {
            do { identity = try JSONDecoder().decode(Identity.self, from: data) } catch {
                throw UserError("\(identityFile.path) is damaged: \(error); restore it or choose another --logdir")
            }
        }
        if identity.id.isEmpty { identity.id = Self.newID() }
        guard proposed.isEmpty || proposed == identity.id else {
            throw UserError(
                "\(url.path) is the run run.id=\(identity.id), and \(proposed) was asked for: resume it without run.id, or "
                    + "choose another --logdir")
        }
        guard announced.map({ $0.run == identity.id }) ?? true else {
            throw UserError(
                "the address file is of another run (\(announced?.run ?? "")) than \(url.path): give each run its own, or remove it"
            )
        }
        identity.generation = max(identity.generation, announced?.generation ?? 0) + 1
        try DurableFile.replace(identityFile.path, with: try JSONEncoder().encode(identity))
        return identity
    }

    private static func newID() -> String {
        let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")
        return String((0..<8).map { _ in letters[Int.random(in: 0..<letters.count)] })
    }

    /// The secret of this run, made at its first start.
    public func token() throws(UserError) -> String {
        if !FileManager.default.fileExists(atPath: tokenFile.path) {
            do throws(FileError) {
                try DurableFile.create(tokenFile.path, with: "\(Self.newToken())\n".utf8, permissions: .ownerReadWrite)
            } catch  where error.code == .fileExists {
                // Somebody else was faster.
            } catch {
                throw UserError("\(error)")
            }
        }
        return try SecretFile.token(tokenFile.path)
    }

    /// 256 bits in hexadecimal.
    private static func newToken() -> String {
        var random = SystemRandomNumberGenerator()
        return (0..<32).map { _ in
            let byte = UInt8.random(in: 0...255, using: &random)
            return (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
