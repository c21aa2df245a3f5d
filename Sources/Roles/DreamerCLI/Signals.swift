import Foundation
import Glibc
import Processes
import Synchronization
import Threads

/// What signals ask of this process. SIGINT, SIGTERM, SIGHUP and SIGUSR1 (as batch systems send it) ask it to stop, in good
/// order if it has something to save, and at once when somebody insists (`StopRequests`); SIGUSR2 asks it to save and go on.
///
/// They are taken by a thread of their own, so that it does not matter what the others wait for.
enum Signals {
    enum Request: Sendable {
        /// How often that was asked before.
        case stop(before: Int)
        case save
    }

    /// - Returns: whether the request is seen to; a stop that is not ends the process at once.
    typealias Handler = @Sendable (Request) -> Bool

    private struct State {
        var handler: Handler?
        var stops = StopRequests()
    }

    private static let state = Mutex(State())

    /// Takes them from now on.
    static func take() throws {
        let next = try CaughtSignals.of([SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2])
        ServiceThread.start("signals") { while let signal = next() { received(signal) } }
    }

    /// Has `handler` see to requests while `work` goes on. It is called on the thread of the signals.
    static func handled<Result>(by handler: @escaping Handler, during work: () async throws -> Result) async rethrows
        -> Result
    {
        state.withLock { $0.handler = handler }
        defer { state.withLock { $0.handler = nil } }
        return try await work()
    }

    private static func received(_ signal: Int32) {
        let (handler, request) = state.withLock { state -> (Handler?, Request?) in
            guard signal != SIGUSR2 else { return (state.handler, .save) }
            return (state.handler, state.stops.take(signal, at: .now).map { .stop(before: $0) })
        }
        guard let request else { return }
        let isSeenTo = handler?(request) ?? false
        if case .stop = request, !isSeenTo { endAtOnce(128 + signal) }
    }

    /// Ends this process and what it has started.
    static func endAtOnce(_ status: Int32) -> Never {
        ChildGroups.killAll()
        _exit(status)
    }
}
