import Synchronization

/// Reports a state that many threads change: each change once, and changes in their order.
final class ChangeReport<State: Sendable & Equatable>: Sendable {
    /// Held while reporting.
    private let reported: Mutex<State>
    private let report: @Sendable (State) -> Void

    /// - Parameters:
    ///   - state: known without a report.
    ///   - report: must not come back to what is reported on.
    init(_ state: State, _ report: @escaping @Sendable (State) -> Void) {
        reported = Mutex(state)
        self.report = report
    }

    /// - Parameter current: reads the state as it is now; a change in between is then not lost, whoever is first.
    func update(_ current: () -> State) {
        reported.withLock { reported in
            let now = current()
            guard now != reported else { return }
            reported = now
            report(now)
        }
    }
}
