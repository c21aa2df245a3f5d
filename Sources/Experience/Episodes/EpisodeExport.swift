import Experience
import Files
import Foundation
import Replay
import TrajectoryCodec

/// Writes the episodes of a replay as files, one each; of an episode whose beginning has left, or that was not over, what there is.
public struct EpisodeExport {
    private let store: ReplayStore
    private let directory: String
    private var episode: Trajectory
    /// Of its first step.
    private var stream: StreamKey?
    private var firstStep: UInt64 = 0
    public private(set) var episodes = 0
    public private(set) var steps = 0

    /// - Parameter directory: is there.
    public init(of store: ReplayStore, to directory: String) {
        self.store = store
        self.directory = directory
        episode = Trajectory(store.shape)
    }

    /// - Throws: where a trajectory cannot be read, or a file not be written.
    public mutating func run() throws {
        var records: [TrajectoryRecord] = []
        try store.forEachRecord { records.append($0) }
        records.sort { ($0.stream.name, $0.firstStep) < ($1.stream.name, $1.firstStep) }
        for record in records {
            guard let trajectory = try store.trajectories([record.id])[0] else { continue }
            try add(try TrajectoryCoder.decode(trajectory), record)
        }
        try write()
    }

    private mutating func add(_ trajectory: Trajectory, _ record: TrajectoryRecord) throws {
        if stream != record.stream || firstStep + UInt64(episode.count) != record.firstStep { try write() }
        var start = 0
        for step in 0..<trajectory.count where step > start && trajectory.flags[step].contains(.first) {
            try take(trajectory[start..<step], record, start)
            start = step
        }
        try take(trajectory[start..<trajectory.count], record, start)
    }

    /// Adds steps to an episode, or begins one with them.
    private mutating func take(_ part: Trajectory, _ record: TrajectoryRecord, _ start: Int) throws {
        if part.flags.first?.contains(.first) == true { try write() }
        if episode.count == 0 { (stream, firstStep) = (record.stream, record.firstStep + UInt64(start)) }
        episode.append(part)
    }

    private mutating func write() throws {
        guard let stream, episode.count > 0 else { return }
        try DurableFile.replace(
            "\(directory)/\(stream.name)-\(String(format: "%010d", firstStep))-\(episode.count).npz",
            with: EpisodeFile.bytes(of: episode))
        episodes += 1
        steps += episode.count
        episode.removeAll()
    }
}

extension StreamKey {
    fileprivate var name: String { "\(actor)-\(String(incarnation, radix: 16))-\(environment)" }
}
