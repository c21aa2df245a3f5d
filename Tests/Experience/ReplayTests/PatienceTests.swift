import Experience
import Foundation
import GRDB
import Synchronization
import TestSupport
import Testing

@testable import Replay

/// A database that cannot be read for a while must not end training.
@Suite(.blocking, .timeLimit(.minutes(5))) struct PatienceTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// Four trajectories, none of them cached.
    private func replay(prefetch: Int, _ reports: Reports) throws -> ReplayBuffer {
        var configuration = ReplayConfiguration()
        configuration.cacheBytes = 0
        configuration.prefetch = prefetch
        configuration.prefillSteps = 64
        let replay = try ReplayBuffer(
            directory: directory.path, configuration: configuration, shape: Samples.shape,
            training: SampleShape(sequences: 2, length: 8),
            report: { event in if case .reading = event { reports.add(event) } })
        try replay.insertAndWait((1...4).map { Samples.incoming($0) })
        return replay
    }

    private func rename(_ old: String, _ new: String, _ replay: ReplayBuffer) throws {
        try replay.store.withWriter { try $0.execute(sql: "ALTER TABLE \(old) RENAME TO \(new)") }
    }

    /// Asks for a batch on a thread of its own.
    private func next(_ sampler: BatchSampler) -> @Sendable () -> Result<Int, ReplayError> {
        let box = Answer()
        Thread.detachNewThread {
            let answer = Result { () throws(ReplayError) in try sampler.next().rewards.count }
            box.result.withLock { $0 = answer }
            box.isThere.signal()
        }
        return {
            box.isThere.wait()
            return box.result.withLock { $0 } ?? .failure(ReplayError(.closed, "no answer"))
        }
    }

    private final class Answer: Sendable {
        let result = Mutex<Result<Int, ReplayError>?>(nil)
        let isThere = DispatchSemaphore(value: 0)
    }

    @Test(arguments: [0, 2])
    func aBatchComesWhenItCanBeReadAgain(prefetch: Int) throws {
        let reports = Reports()
        let replay = try replay(prefetch: prefetch, reports)
        try rename("payload", "away", replay)
        let batch = next(replay.makeTrainingSampler(state: SamplerState(seed: 1)))
        reports.wait { $0.isBlocked }
        try rename("away", "payload", replay)
        #expect(batch() == .success(16))
        // However often it was tried: once that it fails, once that it works.
        #expect(reports.all.count == 2 && reports.all.last == .reading(.working))
        try replay.close()
    }

    @Test(arguments: [0, 2])
    func aCancelledSamplerWaitsNoLonger(prefetch: Int) throws {
        let reports = Reports()
        let replay = try replay(prefetch: prefetch, reports)
        try rename("payload", "away", replay)
        let sampler = replay.makeTrainingSampler(state: SamplerState(seed: 1))
        let batch = next(sampler)
        reports.wait { $0.isBlocked }
        sampler.cancel()
        guard case .failure(let error) = batch() else {
            Issue.record("a batch out of nothing")
            return
        }
        #expect(error.code == .closed)
        try rename("away", "payload", replay)
        try replay.close()
    }

    /// Pictures are nothing to wait for: training goes on without them.
    @Test func aReportWaitsForNothing() throws {
        let replay = try replay(prefetch: 2, Reports())
        let sampler = replay.makeReportSampler(SampleShape(sequences: 2, length: 8), state: SamplerState(seed: 1))
        try rename("payload", "away", replay)
        let error = #expect(throws: ReplayError.self) { try sampler.next() }
        #expect(error?.code == .storage)
        try rename("away", "payload", replay)
        #expect(try sampler.next().rewards.count == 16)
        try replay.close()
    }
}
