import Logging

/// When checkpoints are written, and what happens when one cannot be.
struct CheckpointSchedule {
    let logger: Logger
    private var clock: IntervalClock
    private var isFailing = false

    init(seconds: Double, logger: Logger) {
        clock = IntervalClock(seconds: seconds)
        self.logger = logger
    }

    var isDue: Bool { clock.isDue }

    /// Calls `save` where a checkpoint is due, or somebody has asked for one. One that cannot be written does not end the run: the one before is still
    /// there, and the next is due soon.
    mutating func saveWhenDue(orAsked isAsked: Bool = false, _ save: () throws -> Void) {
        guard clock.isDue || isAsked else { return }
        clock.restart()
        do {
            try save()
            if isFailing { logger.notice("checkpoints are written again") }
            isFailing = false
        } catch {
            if !isFailing { logger.error("no checkpoint can be written: \(error); training goes on, trying again") }
            isFailing = true
        }
    }
}
