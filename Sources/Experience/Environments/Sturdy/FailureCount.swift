import Threads

/// Decides what becomes of an environment that failed: once is an accident, again and again without a step between is a
/// task that cannot be played.
struct FailureCount {
    enum Verdict: Equatable {
        case again(after: Duration)
        case hopeless
    }

    private let maximum: Int
    private(set) var inARow = 0
    private var hasStepped = false
    private var last: EnvironmentError?
    private var backoff = Backoff(first: .seconds(1), maximum: .seconds(16))

    /// - Parameter maximum: failures without a step between that are put up with.
    init(maximum: Int) {
        self.maximum = maximum
    }

    /// A step was made.
    mutating func stepped() {
        (inARow, hasStepped, last) = (0, true, nil)
        backoff.reset()
    }

    /// It failed. The first time after a step it is made again at once.
    mutating func failed(_ error: EnvironmentError) -> Verdict {
        defer { last = error }
        inARow += 1
        // One that has never made a step and fails twice in the same way does so each time.
        if !error.isAccident || inARow >= maximum || (!hasStepped && last == error) { return .hopeless }
        return .again(after: inARow == 1 ? .zero : backoff.next())
    }
}
