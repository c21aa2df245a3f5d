import Experience
import Replay
import TestSupport
import Testing

/// Going back to what training had seen, with all that came later still stored.
@Suite(.blocking) struct WithholdingTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func open(_ directory: TemporaryDirectory) throws -> ReplayBuffer {
        var configuration = ReplayConfiguration()
        configuration.prefillSteps = 100
        configuration.prefetch = 0
        return try ReplayBuffer(
            directory: directory.path, configuration: configuration, shape: Samples.shape,
            training: SampleShape(sequences: 4, length: 20))
    }

    /// A replay of so many trajectories of 64 steps, opened again.
    private func stored(_ trajectories: Int, _ directory: TemporaryDirectory) throws -> ReplayBuffer {
        let replay = try open(directory)
        try replay.insertAndWait((1...trajectories).map { Samples.incoming($0) })
        try replay.close()
        return try open(directory)
    }

    /// What a hundred batches show.
    private func drawn(_ replay: ReplayBuffer) throws -> [[UInt8]] {
        let sampler = replay.makeReportSampler(
            SampleShape(sequences: 4, length: 20), state: SamplerState(seed: 3))
        return try (0..<100).map { _ in
            let batch = try sampler.next()
            defer { sampler.recycle(batch) }
            return batch.images
        }
    }

    @Test func samplersSeeWhatTheySawAndNothingIsLost() throws {
        let replay = try stored(20, directory)
        #expect(try replay.withhold(after: 10 * 64))
        var counts = replay.limiter.limit.counts
        #expect(counts.inserted == 640 && counts.size == 640)
        #expect(replay.statistics.totals.insertedSteps == 1280 && replay.statistics.totals.steps == 1280)
        let before = try TemporaryDirectory()
        let earlier = try stored(10, before)
        #expect(try drawn(replay) == drawn(earlier))
        // Whole trajectories come, until there are as many steps.
        replay.show(through: 700)
        counts = replay.limiter.limit.counts
        #expect(counts.inserted == 704 && counts.size == 704)
        try earlier.insertAndWait([Samples.incoming(11)])
        #expect(try drawn(replay) == drawn(earlier))
        replay.show(through: .max)
        let whole = try TemporaryDirectory()
        let all = try stored(20, whole)
        #expect(try replay.limiter.limit.counts.inserted == 1280 && drawn(replay) == drawn(all))
        for replay in [replay, earlier, all] { try replay.close() }
    }

    /// Whoever sends something has seen what was withheld.
    @Test func whatIsStoredNextEndsIt() throws {
        let replay = try stored(20, directory)
        #expect(try replay.withhold(after: 10 * 64))
        try replay.insertAndWait([Samples.incoming(20)])
        #expect(replay.limiter.limit.counts.inserted == 640, "it was there already")
        try replay.insertAndWait([Samples.incoming(21)])
        #expect(replay.limiter.limit.counts.inserted == 21 * 64)
        let whole = try TemporaryDirectory()
        let all = try stored(21, whole)
        #expect(try drawn(replay) == drawn(all))
        for replay in [replay, all] { try replay.close() }
    }

    @Test(arguments: [100, 2000]) func whatDoesNotComeOutEvenIsLeft(_ steps: Int) throws {
        let replay = try stored(20, directory)
        #expect(try !replay.withhold(after: steps))
        #expect(replay.limiter.limit.counts.inserted == 1280)
        try replay.close()
    }

    /// A process that ends meanwhile leaves everything as it found it.
    @Test func anotherProcessFindsAllOfIt() throws {
        let replay = try stored(20, directory)
        #expect(try replay.withhold(after: 0) && replay.limiter.limit.counts.inserted == 0)
        try replay.close()
        let next = try open(directory)
        #expect(next.limiter.limit.counts.inserted == 1280)
        try next.close()
    }
}
