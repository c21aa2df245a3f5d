import Foundation

/// A state that one thread at a time may touch, and on whose changes others wait.
///
/// Nothing called inside may use the same monitor again.
final class Monitor<State>: @unchecked Sendable {
    // Safe: `state` is only touched between `condition.lock()` and `condition.unlock()`.
    private let condition = NSCondition()
    private var state: State

    init(_ state: sending State) {
        self.state = state
    }

    func read<Result, Failure: Error>(_ body: (State) throws(Failure) -> Result) throws(Failure) -> Result {
        condition.lock()
        defer { condition.unlock() }
        return try body(state)
    }

    /// Changes the state and wakes all who wait for it.
    func update<Result, Failure: Error>(_ body: (inout State) throws(Failure) -> Result) throws(Failure) -> Result {
        condition.lock()
        defer {
            condition.broadcast()
            condition.unlock()
        }
        return try body(&state)
    }

    /// Waits until `body` returns a value; `body` may change the state when it does.
    func wait<Result, Failure: Error>(
        until body: (inout State) throws(Failure) -> Result?
    ) throws(Failure) -> Result {
        condition.lock()
        defer {
            condition.broadcast()
            condition.unlock()
        }
        while true {
            if let result = try body(&state) { return result }
            condition.wait()
        }
    }

    /// Waits at most `seconds`, by the wall clock, until `body` returns a value.
    func wait<Result, Failure: Error>(
        seconds: Double, until body: (inout State) throws(Failure) -> Result?
    ) throws(Failure) -> Result? {
        let deadline = Date(timeIntervalSinceNow: seconds)
        condition.lock()
        defer {
            condition.broadcast()
            condition.unlock()
        }
        while true {
            if let result = try body(&state) { return result }
            if !condition.wait(until: deadline) { return try body(&state) }
        }
    }
}
