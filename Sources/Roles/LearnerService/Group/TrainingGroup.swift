import Collective
import Numbers
import Tensors

/// A group of processes as an agent's training step sees it.
///
/// Safe: one thread after the other uses it, the one that starts a learner and then the one that trains. What that one has begun
/// is done by the thread of `line`, which uses `processes` meanwhile, alone: the training thread waits for it before it does.
package final class TrainingGroup: LearnerGroup, @unchecked Sendable {
    package let processes: ProcessGroup
    /// Of gradients on their way.
    var precision = Precision.float32
    private let line = ExchangeLine()

    package init(_ processes: ProcessGroup) {
        self.processes = processes
    }

    package var place: GroupPlace { GroupPlace(rank: processes.rank, count: processes.count) }

    package var sharing: Int { processes.addingCount }

    package func average(_ values: Tensor) {
        settle()
        values.withMutableBytes { processes.average($0.bindMemory(to: Float.self)) }
    }

    /// Memory that nobody but the thread of `line` touches until `settle`.
    private struct Lent: @unchecked Sendable {
        let values: UnsafeMutableBufferPointer<Float>
    }

    package func averageLater(_ gradients: Tensor) {
        // Safe: gradients lie where they are for as long as their agent, which waits for them before its step ends.
        let lent = gradients.withMutableBytes { Lent(values: $0.bindMemory(to: Float.self)) }
        line.add { [self, precision] in
            switch precision {
            case .float32: processes.average(lent.values)
            case .bfloat16: processes.averageRounded(lent.values)
            }
        }
    }

    package func settle() { line.settle() }

    package func gather(_ values: Tensor, into all: Tensor) {
        settle()
        values.withMutableBytes { mine in
            all.withMutableBytes { all in
                processes.gather(
                    UnsafeBufferPointer(mine.bindMemory(to: Float.self)), into: all.bindMemory(to: Float.self))
            }
        }
    }
}
