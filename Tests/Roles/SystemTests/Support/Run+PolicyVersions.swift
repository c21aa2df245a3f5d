import Experience
import Replay
import TrajectoryCodec

extension Run {
    /// The version of the policy that chose each stored step, in the order of the steps, for each stream of experience.
    /// Opens the replay as a learner does: the run must have ended.
    func policyVersions(_ shape: StepShape) throws -> [StreamKey: [UInt64]] {
        let store = try ReplayStore(directory: path, shape: shape, capacitySteps: 1_000_000)
        defer { try? store.close() }
        var records: [TrajectoryRecord] = []
        try store.forEachRecord { records.append($0) }
        let trajectories = try store.trajectories(records.map(\.id))
        var versions: [StreamKey: [UInt64]] = [:]
        for (record, trajectory) in zip(records, trajectories) {
            guard let trajectory else { continue }
            versions[record.stream, default: []] += try TrajectoryCoder.decodeColumns(of: trajectory).policyVersions
        }
        return versions
    }
}
