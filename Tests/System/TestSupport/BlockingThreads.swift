import Foundation
import Threads

/// Threads for tests that block or compute for long. On the pool of Swift's tasks, which has one thread a core, two such
/// tests would keep all others, clients and servers included, from going on.
final class BlockingThreads: TaskExecutor {
    static let shared = BlockingThreads(count: 4)

    private let jobs = Monitor<[UnownedJob]>([])

    private init(count: Int) {
        for number in 1...count {
            let thread = Thread { self.run() }
            thread.name = "blocking \(number)"
            // As large as the main thread's: tests of whole agents run here.
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
    }

    private func run() -> Never {
        while true {
            let job = jobs.wait { $0.isEmpty ? nil : $0.removeFirst() }
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}
