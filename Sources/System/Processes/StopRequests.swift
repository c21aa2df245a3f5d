import Glibc

/// Counts what signals ask of a process: to stop, and to stop at once.
///
/// A batch system says the same thing more than once: to a supervisor and to its children, which the supervisor tells as well;
/// with one signal, and with another before the end. Only who insists wants it at once: a person at the keyboard, or a
/// signal that comes again later.
package struct StopRequests: Sendable {
    /// Within this time a signal that comes again is the same request.
    package static let echo = Duration.seconds(5)

    private var first: [Int32: ContinuousClock.Instant] = [:]
    private var count = 0

    package init() {}

    /// - Returns: how often that was asked before; nil where this is no more than a repetition.
    package mutating func take(_ signal: Int32, at now: ContinuousClock.Instant) -> Int? {
        let isAnother = first.isEmpty || signal == SIGINT || first[signal].map { now - $0 >= Self.echo } ?? false
        if first[signal] == nil { first[signal] = now }
        guard isAnother else { return nil }
        defer { count += 1 }
        return count
    }
}
