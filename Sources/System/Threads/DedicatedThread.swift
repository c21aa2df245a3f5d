import Foundation

/// Work that blocks or computes for long gets a thread of its own: the pool of Swift's tasks has one thread a core, and
/// event loops must never wait.
public enum DedicatedThread {
    /// Runs `body` on a new thread and returns what it returns.
    /// - Parameter name: as tools show it, at most 15 bytes.
    public static func run<Result: Sendable>(
        _ name: String, _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let thread = Thread { continuation.resume(with: Swift.Result { try body() }) }
            thread.name = name
            thread.stackSize = 8 << 20
            thread.start()
        }
    }
}
