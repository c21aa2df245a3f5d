import Tensors
import Testing

@Suite struct LoopTraceTests {
    /// What a loop did, in its order.
    private func parts(_ pool: ThreadPool, _ count: Int, grain: Int) -> [[Int]] {
        var seen: [[Int]] = []
        pool.run(count, grain: grain) { part, lo, hi in seen.append([part, lo, hi]) }
        return seen
    }

    @Test func oneThreadMakesThePartsOfMany() throws {
        let pool = ThreadPool(tracing: 4, rehearses: true)
        let trace = try #require(pool.trace)
        trace.begin()
        #expect(parts(pool, 10, grain: 1) == [[0, 0, 2], [1, 2, 5], [2, 5, 7], [3, 7, 10]])
        #expect(parts(pool, 10, grain: 5) == [[0, 0, 5], [1, 5, 10]])
        #expect(parts(pool, 10, grain: 50) == [[0, 0, 10]])
        #expect(parts(pool, 0, grain: 1).isEmpty)
        trace.end()
        #expect(trace.loops.map(\.parts.count) == [4, 2, 1, 0])
        #expect(trace.loops.last?.place == nil && trace.loops.first?.place?.file == "LoopTraceTests.swift")
    }

    @Test func timeIsChargedToItsPartAndTheLeastCounts() throws {
        let pool = ThreadPool(tracing: 2, rehearses: true)
        let trace = try #require(pool.trace)
        func spin(_ milliseconds: Double) {
            let end = ContinuousClock.now + .milliseconds(milliseconds)
            while ContinuousClock.now < end {}
        }
        func step(_ milliseconds: Double) {
            trace.begin()
            spin(milliseconds)
            pool.run(2) { _, _, _ in spin(2 * milliseconds) }
            spin(3 * milliseconds)
            trace.end()
        }
        step(2)
        // What a busy machine adds is not known, what must have passed is.
        let first = trace.loops
        #expect(first.count == 2)
        #expect(first[0].serial >= 0.002 && first[0].parts.allSatisfy { $0 >= 0.004 } && first[1].serial >= 0.006)
        let longest = first.flatMap { [$0.serial] + $0.parts }.max()!
        step(1000 * longest + 1)
        for (before, after) in zip(first, trace.loops) {
            #expect(before.serial == after.serial && before.parts == after.parts, "a longer step counts for nothing")
        }
        step(0)
        #expect(trace.loops[0].serial < first[0].serial, "a shorter one counts")
    }

    @Test func loopsThatAreSharedHaveOneTimeEach() throws {
        let pool = ThreadPool(tracing: 2)
        let trace = try #require(pool.trace)
        for _ in 0..<2 {
            trace.begin()
            pool.run(10) { _, _, _ in }
            pool.run(10, grain: 10) { _, _, _ in }
            trace.end()
        }
        #expect(trace.loops.map(\.parts.count) == [1, 1, 0])
        trace.forget()
        #expect(trace.loops.isEmpty)
    }
}
