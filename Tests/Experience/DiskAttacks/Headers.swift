import Replay
import Synchronization
import TrajectoryCodec

/// Headers of the trajectories of an `AttackedReplay`, with their checksums, which are worked out once.
final class Headers: Sendable {
    static let shared = Headers()

    private let known = Mutex<[Int: TrajectoryHeader]>([:])

    func header(_ sequence: Int) -> TrajectoryHeader? {
        known.withLock { known in
            if let header = known[sequence] { return header }
            let header = AttackedReplay.incoming(sequence).trajectory.header
            known[sequence] = header
            return header
        }
    }
}
