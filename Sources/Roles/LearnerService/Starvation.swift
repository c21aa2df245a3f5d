import Diagnostics
import Replay

/// Notices training that waits for experience that cannot come any more; no threads and no clock of its own.
///
/// What settings exclude is refused before a run starts. This is for what only shows in a run: how far experience can be
/// compressed, who left, what was refused or is too old.
struct Starvation {
    /// What the learner sees at one moment.
    struct View {
        var limit: RateLimit
        /// Whether training waits for actors.
        var isTrainingWaiting: Bool
        /// Whether the run has its agent steps: no more are asked for.
        var isComplete: Bool
        /// Steps that count as deleted and were lost, so that they say nothing about how much the replay can hold.
        var lost = 0
        /// Connected actors, which may still have something to hand over.
        var actors: Int
    }

    private let patience: Duration
    /// Since when it has been certain.
    private var since: ContinuousClock.Instant?

    /// - Parameter patience: how long it must stay so: an actor may be on its way back.
    init(patience: Duration = .seconds(10)) {
        self.patience = patience
    }

    /// - Returns: why training will never go on, once that is certain.
    mutating func look(at view: View, now: ContinuousClock.Instant = .now) -> UserError? {
        guard view.isTrainingWaiting, let reason = Self.reason(view) else {
            since = nil
            return nil
        }
        let since = since ?? now
        self.since = since
        return now - since < patience ? nil : reason
    }

    private static func reason(_ view: View) -> UserError? {
        let (limit, counts) = (view.limit, view.limit.counts)
        if view.isComplete, view.actors == 0 {
            return UserError(
                "training waits for experience that cannot come any more: the run has its \(counts.inserted) steps, and "
                    + "\(limit.whatTrainingWaitsFor); set a higher run.steps")
        }
        // A whole prefill has come and gone, and what is kept is still not enough.
        guard !limit.isFilled, counts.deleted - view.lost >= max(limit.minimumSteps, counts.size) else { return nil }
        return UserError(
            "the replay is full with \(counts.size) steps, and \(limit.whatTrainingWaitsFor): set a higher "
                + "replay.capacity_bytes or replay.capacity_steps")
    }
}
