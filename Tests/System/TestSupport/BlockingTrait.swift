import Dispatch
public import Testing

/// For tests that block their thread or compute for long: they run on threads that nothing else needs.
///
/// Testing's own time limits only cancel a task, which a blocked thread does not notice: a test that is stuck would hold up
/// all others for ever. Here it ends the run, and is named.
public struct BlockingTrait: TestTrait, SuiteTrait, TestScoping {
    /// Seconds; several times what the longest test takes.
    private static let patience = 20 * 60

    public var isRecursive: Bool { true }

    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(BlockingThreads.shared) {
            let watchdog = DispatchSource.makeTimerSource(queue: .global(qos: .userInteractive))
            watchdog.setEventHandler {
                fatalError("\(test.name) is stuck: it has run for \(Self.patience / 60) minutes")
            }
            watchdog.schedule(deadline: .now() + .seconds(Self.patience))
            watchdog.activate()
            defer { watchdog.cancel() }
            try await function()
        }
    }
}

extension Trait where Self == BlockingTrait {
    /// Runs the test on a thread that may be blocked.
    public static var blocking: Self { Self() }
}
