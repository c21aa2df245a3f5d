import Experience
import Foundation
import Numbers
import Replay
import TestSupport
import Testing
import TrajectoryCodec

/// Figures of this machine; the limits are generous, they catch what got slower by factors.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5))) struct SpeedTests {
    /// 15 625 trajectories of 64 steps.
    @Test func millionStepsAreRecoveredInSeconds() throws {
        let directory = try TemporaryDirectory()
        var configuration = ReplayConfiguration()
        configuration.prefetch = 0
        let training = SampleShape(sequences: 16, length: 64)
        do {
            let store = try Samples.store(directory)
            for start in stride(from: 0, to: 15_625, by: 125) {
                let batch = (start..<start + 125).map { number in
                    IncomingTrajectory(
                        key: .init(actor: "a", incarnation: 1, sequence: UInt64(number + 1)),
                        trajectory: Samples.opaque(firstStep: number * 64, steps: 64, bytes: 4000))
                }
                _ = try store.append(batch)
            }
        }
        var replay: ReplayBuffer?
        let time = try ContinuousClock().measure {
            replay = try ReplayBuffer(
                directory: directory.path, configuration: configuration, shape: Samples.shape, training: training)
        }
        print("recovery of \(replay?.statistics.totals.steps ?? 0) steps: \(time)")
        #expect(replay?.statistics.totals.steps == 1_000_000)
        #expect(time < .seconds(5))
        try replay?.close()
    }

    /// Trajectories of 40 KB, stored without and then with eviction.
    @Test func writerThroughput() throws {
        let directory = try TemporaryDirectory()
        let count = 6000
        let store = try Samples.store(directory, capacity: count / 2 * 64)
        let writer = StorageWriter(store: store, queueBytes: 1 << 30)
        let trajectories = (0..<count).map { Samples.opaque(firstStep: $0 * 64, steps: 64, bytes: 40_000) }
        for part in [0..<count / 2, count / 2..<count] {
            let time = try ContinuousClock().measure {
                for number in part {
                    let key = TrajectoryKey(actor: "a", incarnation: 1, sequence: UInt64(number + 1))
                    try writer.submit(IncomingTrajectory(key: key, trajectory: trajectories[number]))
                }
                while writer.queuedBytes > 0 { Thread.sleep(forTimeInterval: 0.001) }
            }
            let rate = Double(part.count) / (time / .seconds(1))
            print("stored \(part.count) × 40 KB in \(time): \(Int(rate)) trajectories/s")
            #expect(rate > 50)
        }
        writer.close()
    }

    /// Batches of 16 × 64 at 64×64×3, all in the cache.
    @Test func batchAssembly() throws {
        let directory = try TemporaryDirectory()
        var configuration = ReplayConfiguration()
        configuration.prefetch = 0
        let shape = ReplayShape(image: ImageShape(height: 64, width: 64), actionCount: 6)
        let replay = try ReplayBuffer(
            directory: directory.path, configuration: configuration, shape: shape,
            training: SampleShape(sequences: 16, length: 64))
        try replay.insertAndWait(
            (0..<100).map { number in
                IncomingTrajectory(
                    key: .init(actor: "a", incarnation: 1, sequence: UInt64(number + 1)),
                    trajectory: picture(shape, from: number * 64))
            })
        let sampler = replay.makeTrainingSampler(state: SamplerState(seed: 1))
        sampler.recycle(try sampler.next())
        let batches = 50
        let time = try ContinuousClock().measure {
            for _ in 0..<batches { sampler.recycle(try sampler.next()) }
        }
        let bytes = replay.statistics.totals.bytes / replay.statistics.totals.trajectories
        print("batch of 16 × 64 at 64×64×3, \(bytes) bytes per trajectory: \(time / batches)")
        #expect(time / batches < .milliseconds(200))
        try replay.close()
    }

    /// A smooth background with some noise, that compresses about as a game does.
    private func picture(_ shape: ReplayShape, from firstStep: Int) -> EncodedTrajectory {
        var trajectory = Trajectory(image: shape.image, actionCount: shape.actionCount)
        var generator = SplitMix64(seed: UInt64(firstStep))
        for step in firstStep..<firstStep + 64 {
            var image = (0..<shape.image.count).map { UInt8(truncatingIfNeeded: $0 / 768) }
            for _ in 0..<400 { image[Int.random(in: 0..<image.count, using: &generator)] = UInt8.random(in: 0...255) }
            trajectory.append(
                Observation(image: image, reward: Float(step), flags: []), action: .oneHot(step % 6, of: 6),
                policyVersion: 1)
        }
        return TrajectoryCoder.encode(
            trajectory, position: StreamPosition(environment: 0, firstStep: UInt64(firstStep)))
    }
}
