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

    private final class Statuses: Sendable {
        let all = Mutex<[StorageWriter.Status]>([])
        let isBlocked = DispatchSemaphore(value: 0)

        func add(_ status: StorageWriter.Status) {
            all.withLock { $0.append(status) }
            if case .blocked = status { isBlocked.signal() }
        }
    }

    /// Four trajectories, none of them cached.
    private func replay(prefetch: Int, _ statuses: Statuses) throws -> ReplayBuffer {
        var configuration = ReplayConfiguration()
        configuration.cacheBytes = 0
        configuration.prefetch = prefetch
        configuration.prefillSteps = 64
        var observers = ReplayBuffer.Observers()
        observers.reader = { statuses.add($0) }
        let replay = try ReplayBuffer(
            directory: directory.path, configuration: configuration, shape: Samples.shape,
            training: SampleShape(sequences: 2, length: 8), observers: observers)
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
        let statuses = Statuses()
        let replay = try replay(prefetch: prefetch, statuses)
        try rename("payload", "away", replay)
        let batch = next(replay.makeTrainingSampler(state: SamplerState(seed: 1)))
        statuses.isBlocked.wait()
        try rename("away", "payload", replay)
        #expect(batch() == .success(16))
        #expect(statuses.all.withLock { $0.last } == .running)
        // However often it was tried: once that it fails, once that it works.
        #expect(statuses.all.withLock { $0.count } == 2)
        try replay.close()
    }

    @Test(arguments: [0, 2])
    func aCancelledSamplerWaitsNoLonger(prefetch: Int) throws {
        let statuses = Statuses()
        let replay = try replay(prefetch: prefetch, statuses)
        try rename("payload", "away", replay)
        let sampler = replay.makeTrainingSampler(state: SamplerState(seed: 1))
        let batch = next(sampler)
        statuses.isBlocked.wait()
        sampler.cancel()
        guard case .failure(let error) = batch() else {
            Issue.record("a batch out of nothing")
            return
        }
        #expect(error.code == .closed)
        try rename("away", "payload", replay)
        try replay.close()
    }
}
