import Synchronization
import Tensors
import TestSupport
import Testing

@Suite(.blocking) struct ThreadPoolTests {
    /// Safe: each index is written by one part only, and read after the loop.
    private struct Visits: @unchecked Sendable {
        let counts: UnsafeMutablePointer<Int>
    }

    @Test(arguments: [1, 2, 3, 5, 8]) func everyIndexIsVisitedOnce(threads: Int) {
        let pool = ThreadPool(threads: threads)
        for count in [0, 1, 2, 3, 7, 64, 65, 1000] {
            for grain in [1, 3, 64, 5000] {
                let counts = UnsafeMutablePointer<Int>.allocate(capacity: count + 1)
                defer { counts.deallocate() }
                counts.initialize(repeating: 0, count: count + 1)
                let parts = pool.parts(count, grain: grain)
                #expect(parts >= 1 && parts <= threads && (parts == 1 || count / parts >= grain))
                let visits = Visits(counts: counts)
                let outside = Atomic(0)
                pool.run(count, grain: grain) { part, lo, hi in
                    if part < 0 || part >= parts || lo < 0 || hi > count { outside.add(1, ordering: .relaxed) }
                    for index in lo..<hi { visits.counts[index] += 1 }
                }
                #expect((0..<count).allSatisfy { counts[$0] == 1 } && counts[count] == 0)
                #expect(outside.load(ordering: .relaxed) == 0)
            }
        }
    }

    @Test func loopsAreCutAtTheSamePlacesEveryTime() {
        let pool = ThreadPool(threads: 2)
        let cuts = (0..<100).map { _ in
            let cut = Atomic(-1)
            pool.run(101) { part, _, hi in if part == 0 { cut.store(hi, ordering: .relaxed) } }
            return cut.load(ordering: .relaxed)
        }
        #expect(Set(cuts) == [50])
    }

    @Test(.timeLimit(.minutes(5)), arguments: [2, 4]) func manyShortLoopsDoNotHang(threads: Int) {
        let pool = ThreadPool(threads: threads)
        let sum = Atomic(0)
        for _ in 0..<(threads == 2 ? 100_000 : 5_000) {
            pool.run(threads) { _, lo, hi in sum.add(hi - lo, ordering: .relaxed) }
        }
        #expect(sum.load(ordering: .relaxed) == (threads == 2 ? 200_000 : 20_000))
    }

    /// Threads that went to sleep between loops are woken.
    @Test(.timeLimit(.minutes(5))) func loopsAfterPausesAreRun() async throws {
        let pool = ThreadPool(threads: 2)
        for _ in 0..<20 {
            try await Task.sleep(for: .milliseconds(3))
            #expect(oneLoop(pool) == 10)
        }
    }

    private func oneLoop(_ pool: ThreadPool) -> Int {
        let sum = Atomic(0)
        for _ in 0..<3 {
            sum.store(0, ordering: .relaxed)
            pool.run(10) { _, lo, hi in sum.add(hi - lo, ordering: .relaxed) }
        }
        return sum.load(ordering: .relaxed)
    }

    @Test func poolsAreMadeAndEndedManyTimes() {
        for _ in 0..<200 { #expect(oneLoop(ThreadPool(threads: 2)) == 10) }
    }
}
