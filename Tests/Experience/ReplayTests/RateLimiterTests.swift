import Foundation
import Replay
import Synchronization
import TestSupport
import Testing
import Threads

@Suite(.blocking, .timeLimit(.minutes(5))) struct RateLimiterTests {
    private func limiter(
        reportInterval: Double = 10, report: @escaping @Sendable (ReplayEvent) -> Void = { _ in }
    ) throws -> RateLimiter {
        let limit = try RateLimit(replayRatio: 4, minimumSteps: 100, tolerance: 12, sampleSteps: 8, insertSteps: 4)
        return RateLimiter(limit, reportInterval: reportInterval, report: report)
    }

    /// One trains as the limiter lets it, one inserts while training is not reported to be behind.
    @Test func twoThreadsKeepTheRatio() throws {
        let inserting = Monitor((mayGoOn: true, isOver: false))
        let limiter = try limiter { event in
            if case .training(let isBehind) = event { inserting.withLock { $0.mayGoOn = !isBehind } }
        }
        let done = DispatchGroup()
        let batches = 2000
        Thread.detachNewThread(in: done) {
            for _ in 0..<batches { try? limiter.waitToSample(8) }
            inserting.withLock { $0.isOver = true }
        }
        Thread.detachNewThread(in: done) {
            while inserting.wait(for: { $0.isOver ? false : $0.mayGoOn ? true : nil }) {
                limiter.didInsert(4, deleted: 0, hasSequence: true)
            }
        }
        done.wait()
        let counts = limiter.limit.counts
        #expect(counts.sampled == batches * 8)
        #expect(abs((counts.inserted - 100) * 4 - counts.sampled) <= 12 + 4 * 4)
    }

    @Test func closingWakesBothSides() throws {
        let limiter = try limiter()
        let done = DispatchGroup()
        let errors = Mutex<[ReplayError.Code]>([])
        Thread.detachNewThread(in: done) {
            let error = #expect(throws: ReplayError.self) { try limiter.waitToSample(8) }
            if let error { errors.withLock { $0.append(error.code) } }
        }
        Thread.detachNewThread(in: done) {
            let error = #expect(throws: ReplayError.self) { try limiter.waitUntilFilled() }
            if let error { errors.withLock { $0.append(error.code) } }
        }
        limiter.close()
        done.wait()
        #expect(errors.withLock { $0 } == [.closed, .closed])
    }

    @Test func waitsForInsertions() throws {
        let limiter = try limiter()
        let done = DispatchGroup()
        let seen = Mutex<[Int]>([])
        Thread.detachNewThread(in: done) {
            for steps in [4, 12] {
                #expect(throws: Never.self) { try limiter.waitUntilInserted(steps) }
                seen.withLock { $0.append(limiter.limit.counts.inserted) }
            }
            let error = #expect(throws: ReplayError.self) { try limiter.waitUntilInserted(13) }
            #expect(error?.code == .closed)
        }
        limiter.didInsert(4, deleted: 0, hasSequence: false)
        while seen.withLock({ $0.isEmpty }) { Thread.sleep(forTimeInterval: 0.001) }
        limiter.didInsert(4, deleted: 4, hasSequence: false)
        #expect(seen.withLock { $0 } == [4])
        limiter.didInsert(4, deleted: 4, hasSequence: false)
        while seen.withLock({ $0.count < 2 }) { Thread.sleep(forTimeInterval: 0.001) }
        limiter.close()
        done.wait()
        #expect(seen.withLock { $0 } == [4, 12])
    }

    @Test func saysWhoWaitsForWhom() throws {
        let lines = Mutex<[String]>([])
        let closed = Mutex<RateLimiter?>(nil)
        let limiter = try limiter(reportInterval: 0.01) { event in
            guard case .stall(let stall) = event else { return }
            let count = lines.withLock {
                $0.append(stall.description)
                return $0.count
            }
            if count == 2 { closed.withLock { $0 }?.close() }
        }
        closed.withLock { $0 = limiter }
        limiter.didInsert(60, deleted: 0, hasSequence: false)
        #expect(throws: ReplayError.self) { try limiter.waitToSample(8) }
        let expected = "training has waited for 0 s for actors: the replay has 60 of 100 steps of the prefill"
        #expect(lines.withLock { $0 } == [expected, expected])
    }

    /// Training and the thread that makes its batches ready wait for the same.
    @Test func saysOnceWhatTwoWaitFor() throws {
        let stalls = Mutex<[Double]>([])
        let limiter = try limiter(reportInterval: 0.2) { event in
            if case .stall(let stall) = event { stalls.withLock { $0.append(stall.seconds) } }
        }
        let done = DispatchGroup()
        for _ in 0..<2 {
            Thread.detachNewThread(in: done) { _ = try? limiter.waitToSample(8) }
            Thread.detachNewThread(in: done) { _ = try? limiter.waitUntilFilled() }
        }
        while stalls.withLock({ $0.count < 3 }) { Thread.sleep(forTimeInterval: 0.01) }
        limiter.close()
        done.wait()
        #expect(stalls.withLock { $0 }.prefix(3) == [0.2, 0.4, 0.2 * 3])
    }

    @Test func saysWhenTrainingIsBehind() throws {
        let reports = Reports()
        let limiter = try limiter { reports.add($0) }
        for _ in 0..<4 { limiter.didInsert(25, deleted: 0, hasSequence: true) }
        #expect(!limiter.isInsertOpen)
        try limiter.waitToSample(8)
        #expect(limiter.isInsertOpen)
        #expect(reports.all == [.training(isBehind: true), .training(isBehind: false)])
    }
}

extension Thread {
    /// A thread that `group` waits for.
    static func detachNewThread(in group: DispatchGroup, _ body: @escaping @Sendable () -> Void) {
        group.enter()
        detachNewThread {
            body()
            group.leave()
        }
    }
}
