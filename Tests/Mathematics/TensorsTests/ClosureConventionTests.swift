import Synchronization
import TestSupport
import Testing

@testable import Tensors

/// `ThreadPool.run` hands closures to C as the compiler passes them (decision 0019). This is the test that fails where a
/// compiler passes them in another way; it has a process of its own, as anything may happen then.
@Suite(.blocking) struct ClosureConventionTests {
    @Test func closuresArriveWithAllThatTheyCapture() async {
        await #expect(processExitsWith: .success) {
            for threads in [2, 3] { Loops(pool: ThreadPool(threads: threads)).run() }
        }
    }
}

/// Loops over one index a thread, by closures with different contexts.
private struct Loops {
    let pool: ThreadPool

    private static let calls = Atomic(0)

    private final class Counter: Sendable {
        let calls = Atomic(0)

        func count(_ part: Int, _ lo: Int, _ hi: Int) {
            precondition(part == lo && hi == lo + 1)
            calls.add(1, ordering: .relaxed)
        }
    }

    func run() {
        capturingNothing()
        capturingManyWords()
        changingACapture()
        methodsAndStoredClosures()
        generic(Float(0.5), UInt8(7))
    }

    private func capturingNothing() {
        let before = Self.calls.load(ordering: .relaxed)
        pool.run(pool.threads) { part, lo, hi in
            precondition(part == lo && hi == lo + 1)
            Self.calls.add(1, ordering: .relaxed)
        }
        precondition(Self.calls.load(ordering: .relaxed) == before + pool.threads)
    }

    private func capturingManyWords() {
        let counter = Counter()
        let (a, b, c, d, e, f) = (1, 2.5, Float(3.5), "a string of more than fifteen bytes", [4, 5, 6], UInt8(7))
        pool.run(pool.threads) { part, lo, hi in
            precondition(a == 1 && b == 2.5 && c == 3.5 && d.count == 35 && e == [4, 5, 6] && f == 7)
            counter.count(part, lo, hi)
        }
        precondition(counter.calls.load(ordering: .relaxed) == pool.threads)
    }

    private func changingACapture() {
        let room = UnsafeMutableBufferPointer<Int>.allocate(capacity: pool.threads)
        defer { room.deallocate() }
        room.initialize(repeating: 0)
        for round in 1...3 {
            pool.run(pool.threads) { _, lo, hi in for index in lo..<hi { room[index] += round * index } }
        }
        precondition(room.indices.allSatisfy { room[$0] == 6 * $0 })
    }

    private func methodsAndStoredClosures() {
        let counter = Counter()
        pool.run(pool.threads, counter.count)
        let stored: [(Int, Int, Int) -> Void] = [counter.count, { counter.count($0, $1, $2) }]
        for body in stored { pool.run(pool.threads, body) }
        precondition(counter.calls.load(ordering: .relaxed) == 3 * pool.threads)
    }

    private func generic<First: Equatable, Second: Equatable>(_ first: First, _ second: Second) {
        let (counter, both) = (Counter(), (second, first))
        pool.run(pool.threads) { part, lo, hi in
            precondition(both.0 == second && both.1 == first)
            counter.count(part, lo, hi)
        }
        precondition(counter.calls.load(ordering: .relaxed) == pool.threads)
    }
}
