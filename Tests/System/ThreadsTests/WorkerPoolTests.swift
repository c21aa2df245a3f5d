import Synchronization
import TestSupport
import Testing
import Threads

/// Parts of jobs on several threads.
@Suite(.blocking) struct WorkerPoolTests {
    private final class Counts: Sendable {
        let values: Mutex<[Int]>

        init(_ count: Int) { values = Mutex([Int](repeating: 0, count: count)) }
    }

    /// Each part is done once, and all of them before `forEach` returns, also where callers take turns.
    @Test(arguments: [0, 1, 3]) func everyPartIsDoneOnce(helpers: Int) async throws {
        let pool = WorkerPool(helpers: helpers, name: "test")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    try await DedicatedThread.run("caller", with: pool) { pool in
                        for count in [0, 1, 2, 17, 100] {
                            let counts = Counts(count)
                            pool.forEach(count) { part in counts.values.withLock { $0[part] += 1 } }
                            #expect(counts.values.withLock { $0 } == [Int](repeating: 1, count: count))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// The caller has company: a part that only ends when another has begun does not hang.
    @Test(.timeLimit(.minutes(5))) func partsRunSideBySide() {
        let pool = WorkerPool(helpers: 1, name: "test")
        let begun = Monitor(0)
        pool.forEach(2) { _ in
            begun.withLock { $0 += 1 }
            begun.wait { $0 == 2 ? () : nil }
        }
        #expect(begun.read { $0 } == 2)
    }
}
