import Experience
import Files
import Foundation
import GRDB
import Numbers
import Replay
import TestSupport
import Testing
import TrajectoryCodec

/// How long parts of the replay take, each beside plain work on the same data in the same process, so that the ratio belongs
/// to the code and not to the machine. They run alone, where `DREAMER_SPEED_TESTS` is set: other tests beside would be measured.
@Suite(
    .enabled(if: ProcessInfo.processInfo.environment["DREAMER_SPEED_TESTS"] != nil), .blocking, .serialized,
    .timeLimit(.minutes(5)))
struct SpeedTests {
    /// The most that each ratio may be: some twice what is measured.
    private enum Limit {
        static let recovery = 4.8
        static let writing = 7.0
        static let batch = 1.4
    }

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
        #expect(replay?.statistics.totals.steps == 1_000_000)
        try replay?.close()
        // Reading the same rows and doing nothing with them.
        let plain = try ContinuousClock().measure {
            try DatabaseQueue(path: directory("replay.sqlite")).read { database in
                let rows = try Row.fetchCursor(database, sql: "SELECT * FROM trajectory ORDER BY id")
                while let row = try rows.next() { _ = row[0] as Int64 }
            }
        }
        print("recovery of 10⁶ steps: \(time), rows alone \(plain), ratio \(time / plain)")
        #expect(time / plain < Limit.recovery)
    }

    /// Trajectories of 40 KB, stored without and then with eviction.
    @Test func writerThroughput() throws {
        let directory = try TemporaryDirectory()
        let count = 6000
        let store = try Samples.store(directory, capacity: count / 2 * 64)
        let writer = StorageWriter(store: store, queueBytes: 1 << 30)
        let image = ImageShape(height: 24, width: 26, channels: 1)
        let trajectories = (0..<count).map { Samples.noise(image, from: $0 * 64, steps: 64) }
        for part in [0..<count / 2, count / 2..<count] {
            let time = try ContinuousClock().measure {
                for number in part {
                    let key = TrajectoryKey(actor: "a", incarnation: 1, sequence: UInt64(number + 1))
                    try writer.submit(IncomingTrajectory(key: key, trajectory: trajectories[number]))
                }
                while writer.queuedBytes > 0 { Thread.sleep(forTimeInterval: 0.001) }
            }
            // The same bytes to a file, on disk after every 4 MB.
            let plain = try ContinuousClock().measure {
                let file = try OpenFile(directory("plain"), for: .replacing)
                let bytes = [UInt8](repeating: 7, count: 40_000)
                for number in 0..<part.count {
                    try file.write(bytes)
                    if number % 100 == 99 { try file.synchronize() }
                }
            }
            let rate = Int(Double(part.count) / (time / .seconds(1)))
            print(
                "stored \(part.count) × 40 KB in \(time), \(rate)/s; written plainly in \(plain), ratio \(time / plain)"
            )
            #expect(time / plain < Limit.writing)
        }
        writer.close()
    }

    /// Batches of 16 × 64 at 64×64×3, all in the cache.
    @Test func batchAssembly() throws {
        let directory = try TemporaryDirectory()
        var configuration = ReplayConfiguration()
        configuration.prefetch = 0
        let shape = StepShape(image: ImageShape(height: 64, width: 64), actionCount: 6)
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
        let time = try fastest(of: 50) { sampler.recycle(try sampler.next()) }
        // Decoding sixteen whole trajectories, one after the other.
        let encoded = (0..<16).map { picture(shape, from: $0 * 64) }
        let plain = try fastest(of: 5) { for trajectory in encoded { _ = try TrajectoryCoder.decode(trajectory) } }
        print("batch of 16 × 64 at 64×64×3: \(time), decoded plainly \(plain), ratio \(time / plain)")
        #expect(time / plain < Limit.batch)
        try replay.close()
    }

    /// What disturbs work only ever makes it longer.
    private func fastest(of count: Int, _ work: () throws -> Void) rethrows -> Duration {
        try (0..<count).map { _ in try ContinuousClock().measure(work) }.min() ?? .zero
    }

    /// A smooth background with some noise, that compresses about as a game does.
    private func picture(_ shape: StepShape, from firstStep: Int) -> EncodedTrajectory {
        var trajectory = Trajectory(shape)
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
