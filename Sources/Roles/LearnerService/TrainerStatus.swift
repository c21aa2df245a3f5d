import Measurements
import Synchronization

/// What the training thread lets others see.
final class TrainerStatus: Sendable {
    struct State: Sendable {
        var trainSteps = 0
        /// Those that were left out because something in them was not finite.
        var skippedSteps = 0
        var policyVersion: UInt64 = 0
        var trainRate = RateMeter()
    }

    private let state = Mutex(State())

    func update(_ body: (inout State) -> Void) {
        state.withLock { body(&$0) }
    }

    var snapshot: State { state.withLock { $0 } }
}
