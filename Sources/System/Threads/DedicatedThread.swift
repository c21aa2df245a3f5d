import Synchronization

/// Work that blocks or computes for long gets a thread of its own: the pool of Swift's tasks has one thread a core, and
/// event loops must never wait.
public enum DedicatedThread {
    /// Runs `body` on a new thread and returns what it returns.
    /// - Parameters:
    ///   - name: as tools show it, at most 15 bytes.
    ///   - value: what the thread works with; from here on nobody else does.
    public static func run<Value, Result: Sendable>(
        _ name: String, with value: sending Value, _ body: @escaping @Sendable (Value) throws -> Result
    ) async throws -> Result {
        // A thread's block may only hold what is safe to share.
        let handedOver = Mutex<Value?>(value)
        return try await withCheckedThrowingContinuation { continuation in
            ServiceThread.start(name) {
                guard let value = handedOver.withLock({ $0.take() }) else { return }
                continuation.resume(with: Swift.Result { try body(value) })
            }
        }
    }
}
