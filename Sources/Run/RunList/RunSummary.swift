import AgentChoice
import Diagnostics
import Experience
import Files
import Foundation
import Measurements
import Runs
import Settings

/// What a list of runs says about one, from the end of its metrics: a long run is not read whole.
public struct RunSummary: Codable, Sendable, Equatable {
    public enum State: String, Codable, Sendable {
        /// A learner works on it.
        case running
        /// It has all its steps.
        case complete
        case stopped
        /// Nothing was measured yet.
        case new
    }

    /// Path of its directory.
    public var path: String
    public var state: State
    public var agent: String
    public var environment: String
    public var agentSteps: Int
    /// Agent steps that it is to have.
    public var targetSteps: Int
    public var trainSteps: Int
    /// Of the last evaluation, else the mean of the last episodes; nil where there are none.
    public var episodeReturn: Double?
    /// Whether that is an evaluation's.
    public var isEvaluated: Bool
    /// Of all files in the directory.
    public var bytes: Int
    /// Unix seconds of the last change of its metrics.
    public var touched: Double

    enum CodingKeys: String, CodingKey {
        case path, state, agent, environment, bytes, touched
        case agentSteps = "agent_steps"
        case targetSteps = "target_steps"
        case trainSteps = "train_steps"
        case episodeReturn = "return"
        case isEvaluated = "evaluated"
    }

    /// Episodes that a mean return is of.
    private static let episodes = 100

    /// - Throws: one line where its settings cannot be read.
    public init(_ directory: RunDirectory) throws {
        guard let configuration = try directory.configuration()?.configuration else {
            throw UserError("\(directory.url.relativePath) has no config.yaml")
        }
        let end = try MetricsEnd(directory.metricsFile)
        path = directory.url.relativePath
        agent = configuration.agent.agent
        environment = configuration.environment.id
        agentSteps = end.agentSteps
        trainSteps = end.trainSteps
        targetSteps = configuration.wantedSteps
        let returns = end.returns.suffix(Self.episodes)
        episodeReturn = end.evaluation ?? (returns.isEmpty ? nil : returns.reduce(0, +) / Double(returns.count))
        isEvaluated = end.evaluation != nil
        bytes = directory.bytes
        touched = end.touched
        let isComplete = agentSteps >= targetSteps && trainSteps >= configuration.trainingSteps(inserted: agentSteps)
        state = directory.isInUse ? .running : isComplete ? .complete : end.isEmpty ? .new : .stopped
    }
}

extension RunDirectory {
    /// The run that `path` is, or those in it.
    public static func runs(in path: String) throws(UserError) -> [RunDirectory] {
        if let run = try? RunDirectory(existing: path) { return [run] }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw UserError("\(path) cannot be read: give directories of runs, or one that holds some")
        }
        return names.sorted().compactMap { try? RunDirectory(existing: "\(path)/\($0)") }
    }

    fileprivate var bytes: Int {
        let keys: [URLResourceKey] = [.fileSizeKey]
        let files = FileManager.default.enumerator(at: url, includingPropertiesForKeys: keys)
        return (files?.allObjects ?? []).reduce(0) { sum, file in
            sum + ((try? (file as? URL)?.resourceValues(forKeys: Set(keys)))?.fileSize ?? 0)
        }
    }

    /// Whether a process of this machine holds it. The file that is locked names who has locked it last: only where that still
    /// lives is the lock tried, so that no learner that starts meanwhile finds it taken.
    fileprivate var isInUse: Bool {
        guard let line = try? String(contentsOf: url.appendingPathComponent("replay.lock"), encoding: .utf8),
            let process = line.split(separator: " ").dropFirst().first.flatMap({ Int32($0) }),
            FileManager.default.fileExists(atPath: "/proc/\(process)")
        else { return false }
        do { _ = try DirectoryLock(url.path, name: "replay.lock") } catch .held { return true } catch { return false }
        return false
    }
}
