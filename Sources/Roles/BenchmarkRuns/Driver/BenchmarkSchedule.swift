/// Decides which run is started when: events in, actions out. It touches no process.
struct BenchmarkSchedule {
    enum Outcome: Sendable, Equatable {
        case finished
        /// A queue has it.
        case handedOver
        /// It was asked to stop before its end.
        case stopped
        /// With the last that it said.
        case failed(String)
    }

    enum Event: Sendable {
        case ended(Int, Outcome)
        /// A person or the system wants all to stop.
        case signal
    }

    enum Action: Equatable {
        case start(Int)
        /// Tells those that run: to stop in good order, or to end at once.
        case stop(atOnce: Bool)
        case end
    }

    private var waiting: ArraySlice<Int>
    private var running: Set<Int> = []
    private let parallel: Int
    private(set) var isStopping = false
    /// By number of the run.
    private(set) var outcomes: [Int: Outcome] = [:]

    /// - Parameter pending: numbers of the runs that are to be made, in their order.
    init(_ pending: [Int], parallel: Int) {
        waiting = pending[...]
        self.parallel = parallel
    }

    mutating func begin() -> [Action] { next() }

    mutating func handle(_ event: Event) -> [Action] {
        switch event {
        case .ended(let run, let outcome):
            running.remove(run)
            outcomes[run] = outcome
            return next()
        case .signal:
            defer { isStopping = true }
            waiting = []
            return running.isEmpty ? [.end] : [.stop(atOnce: isStopping)]
        }
    }

    private mutating func next() -> [Action] {
        var actions: [Action] = []
        while running.count < parallel, let run = waiting.popFirst() {
            running.insert(run)
            actions.append(.start(run))
        }
        return running.isEmpty ? [.end] : actions
    }
}
