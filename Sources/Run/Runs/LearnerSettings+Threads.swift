public import Settings
import Threads

extension LearnerSettings {
    /// How many threads a training step has on this machine.
    public var computeThreads: Int { threads > 0 ? threads : Processors.usable }
}
