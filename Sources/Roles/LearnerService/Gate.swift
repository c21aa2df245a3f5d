import Settings
import Transport

/// All that holds actors back — training that is behind the replay ratio, a full queue, stale policies, the run's
/// beginning and end — and the one decision that comes of it.
struct Gate: Sendable, Equatable {
    enum Phase: Sendable {
        /// Nobody is granted anything yet.
        case closed
        case open
        /// The learner stops: what is under way is taken, and nobody is granted more, so that the run resumes at the replay
        /// ratio that it had.
        case lastCall
    }

    /// Agent steps of the whole run.
    let wantedSteps: Int
    /// In lockstep the one actor waits for weights by itself, and withheld credit could cut a round in two.
    let isLockstep: Bool
    /// Versions that an actor's weights may be behind while it gets credit; nil for any.
    let stalenessLimit: UInt64?

    var phase = Phase.open
    /// Further behind the replay ratio than the tolerance allows.
    var isTrainingBehind = false
    /// As many bytes as are allowed wait for the disk.
    var isQueueFull = false
    /// Agent steps that were ever stored.
    private(set) var insertedSteps = 0
    /// Those that other learners of the run have stored.
    var stepsElsewhere = 0

    init(wantedSteps: Int, isLockstep: Bool = false, stalenessLimit: UInt64? = nil) {
        self.wantedSteps = wantedSteps
        self.isLockstep = isLockstep
        self.stalenessLimit = stalenessLimit
    }

    mutating func stored(_ steps: Int) {
        insertedSteps = max(insertedSteps, steps)
    }

    /// Enough is enough: once the run has its steps, training goes on without more.
    var isComplete: Bool { insertedSteps + stepsElsewhere >= wantedSteps }

    var throttle: Throttle {
        Throttle(mayGrant: mayGrant, mayRead: !isQueueFull, maximumStaleness: isLockstep ? nil : stalenessLimit)
    }

    private var mayGrant: Bool {
        switch phase {
        case .closed, .lastCall: false
        case .open: isLockstep || !isTrainingBehind
        }
    }
}

extension Gate {
    init(_ c: Configuration) {
        let limit = c.learner.stalenessAction == .hold ? c.learner.stalenessLimit : nil
        self.init(
            wantedSteps: c.wantedSteps, isLockstep: c.run.lockstep, stalenessLimit: limit.map { UInt64($0) })
    }
}
