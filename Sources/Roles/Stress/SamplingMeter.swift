import Diagnostics
import Foundation
import Replay
import Synchronization
import Threads

/// Draws batches of 16 × 64 steps, decompressed, one after the other on a thread of its own, and counts their sequences.
final class SamplingMeter: Sendable {
    /// What was sampled so far.
    struct Reading: Sendable {
        var sequences = 0
        /// Processor time of the thread, in seconds.
        var processorSeconds = 0.0
        var failure: ReplayError?
        var isEnded = false
    }

    private static let shape = SampleShape(sequences: 16, length: 64)
    private let reading = Mutex(Reading())
    private let isStopping = Atomic(false)

    init(_ replay: ReplayBuffer) {
        let sampler = replay.makeReportSampler(Self.shape, state: SamplerState(seed: 1))
        ServiceThread.start("sampling") { self.run(sampler) }
    }

    var now: Reading { reading.withLock { $0 } }

    /// Ends the thread and waits for it.
    func stop() async {
        isStopping.store(true, ordering: .relaxed)
        while !now.isEnded {
            // A cancelled pause is only a shorter one.
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    private func run(_ sampler: BatchSampler) {
        while !isStopping.load(ordering: .relaxed) {
            do throws(ReplayError) {
                sampler.recycle(try sampler.next())
                reading.withLock { $0.sequences += Self.shape.sequences }
            } catch  where error.code == .empty {
                Thread.sleep(forTimeInterval: 0.01)
            } catch {
                reading.withLock { $0.failure = error }
                break
            }
            let used = ProcessUsage.threadSeconds
            reading.withLock { $0.processorSeconds = used }
        }
        reading.withLock { $0.isEnded = true }
    }
}
