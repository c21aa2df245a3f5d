import Diagnostics
import Synchronization

/// Tells where a learner's page is once actors can reach the learner, whichever comes first: of a learner that does not
/// start, only the reason counts.
final class DashboardNews: Sendable {
    private struct State: Sendable {
        var outcome: Result<String, UserError>?
        var learnerListens = false
    }

    private let state = Mutex(State())
    private let tell: @Sendable (Result<String, UserError>) -> Void

    /// - Parameter tell: gets the page's address, or why there is none; called once.
    init(_ tell: @escaping @Sendable (Result<String, UserError>) -> Void) { self.tell = tell }

    func pageIs(_ outcome: Result<String, UserError>) { change { $0.outcome = outcome } }

    func learnerListens() { change { $0.learnerListens = true } }

    private func change(_ change: (inout State) -> Void) {
        let outcome = state.withLock { state in
            change(&state)
            return state.learnerListens ? state.outcome : nil
        }
        if let outcome { tell(outcome) }
    }
}
