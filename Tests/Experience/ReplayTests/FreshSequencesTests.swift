import Experience
import Foundation
import TestSupport
import Testing

@testable import Replay

@Suite(.blocking) struct FreshSequencesTests {
    private func record(_ id: Int64, from firstStep: UInt64, steps: Int, environment: Int = 0) -> TrajectoryRecord {
        TrajectoryRecord(
            id: id, stream: StreamKey(actor: "a", incarnation: 1, environment: environment), firstStep: firstStep,
            steps: steps, bytes: 1)
    }

    /// Frames of a sequence as (trajectory, step).
    private func frames(_ location: SequenceLocation?) -> [[Int]] {
        (location?.pieces ?? []).flatMap { piece in piece.steps.map { [Int(piece.trajectory), $0] } }
    }

    @Test func everyStepIsTrainedOnce() {
        var fresh = FreshSequences(length: 4, capacity: 100)
        fresh.append(record(1, from: 0, steps: 7))
        fresh.append(record(2, from: 7, steps: 3))
        fresh.append(record(3, from: 10, steps: 4))
        #expect(frames(fresh.next()) == [[1, 0], [1, 1], [1, 2], [1, 3], [1, 4]])
        #expect(frames(fresh.next()) == [[1, 4], [1, 5], [1, 6], [2, 0], [2, 1]])
        #expect(frames(fresh.next()) == [[2, 1], [2, 2], [3, 0], [3, 1], [3, 2]])
        #expect(fresh.next() == nil)
    }

    @Test func gapsAndOtherStreamsAreNotCrossed() {
        var fresh = FreshSequences(length: 4, capacity: 100)
        fresh.append(record(1, from: 0, steps: 3))
        fresh.append(record(2, from: 0, steps: 3, environment: 1))
        #expect(fresh.next() == nil)
        fresh.append(record(3, from: 9, steps: 5))
        #expect(frames(fresh.next()).map { $0[0] } == [3, 3, 3, 3, 3])
        #expect(fresh.next() == nil)
    }

    @Test func onlySoManyWait() {
        var fresh = FreshSequences(length: 1, capacity: 2)
        fresh.append(record(1, from: 0, steps: 5))
        #expect(frames(fresh.next()) == [[1, 2], [1, 3]])
        #expect(frames(fresh.next()) == [[1, 3], [1, 4]])
        #expect(fresh.next() == nil)
    }

    /// A training sampler gives new sequences first and in order, then uniform ones; one for reports takes none away.
    @Test func newSequencesComeFirst() throws {
        let directory = try TemporaryDirectory()
        var configuration = ReplayConfiguration()
        (configuration.online, configuration.prefetch, configuration.prefillSteps) = (true, 0, 64)
        configuration.replayRatio = 1e6
        let replay = try ReplayBuffer(
            directory: directory.path, configuration: configuration, shape: Samples.shape,
            training: SampleShape(sequences: 2, length: 8))
        try replay.insertAndWait((1...2).map { Samples.incoming($0) })
        _ = try replay.makeReportSampler(SampleShape(sequences: 2, length: 8), state: SamplerState(seed: 2)).next()
        let sampler = replay.makeTrainingSampler(state: SamplerState(seed: 1))
        // 128 steps hold 15 sequences of 8 trained steps behind a first frame.
        var first: [Int] = []
        for _ in 0..<7 {
            let batch = try sampler.next()
            // Rewards are the numbers of their steps, [T, B].
            first += [Int(batch.rewards[0]), Int(batch.rewards[1])]
        }
        #expect(first == (0..<14).map { 8 * $0 + 1 })
        #expect(try Int(sampler.next().rewards[0]) == 8 * 14 + 1)
        let later = try (0..<20).map { _ in try Int(sampler.next().rewards[0]) }
        #expect(later != later.sorted() && Set(later).count > 5)
        try replay.close()
    }
}
