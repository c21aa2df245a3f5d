import Collective
import Tensors

/// A group of processes as an agent's training step sees it.
///
/// Safe: one thread after the other uses it, the one that starts a learner and then the one that trains.
package final class TrainingGroup: LearnerGroup, @unchecked Sendable {
    package let processes: ProcessGroup

    package init(_ processes: ProcessGroup) {
        self.processes = processes
    }

    package var place: GroupPlace { GroupPlace(rank: processes.rank, count: processes.count) }

    package var sharing: Int { processes.addingCount }

    package func average(_ values: Tensor) {
        values.withMutableBytes { processes.average($0.bindMemory(to: Float.self)) }
    }

    package func gather(_ values: Tensor, into all: Tensor) {
        values.withMutableBytes { mine in
            all.withMutableBytes { all in
                processes.gather(
                    UnsafeBufferPointer(mine.bindMemory(to: Float.self)), into: all.bindMemory(to: Float.self))
            }
        }
    }
}
