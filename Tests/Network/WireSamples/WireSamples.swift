import Experience
public import Numbers
import TrajectoryCodec
import Wire

public enum WireSamples {
    /// One of every message, every field set, in the order of `MessageType.allCases`.
    public static let messages: [Message] = [
        .hello(
            Hello(
                role: .evaluator, runID: "räven", token: "secret", actor: "a-1", incarnation: .max,
                host: "node", process: 99, nextSequence: 5)),
        .welcome(
            Welcome(
                protocolVersion: 1, runID: "run", learnerGeneration: 3, actorIndex: 2,
                configuration: "agent:\n  size: s\n",
                seed: 1 << 63, creditBytes: 1 << 40, storedThrough: 4, heartbeatMilliseconds: 5000)),
        .refusal(Refusal(.token, "the token is wrong")),
        .trajectory(
            TrajectoryMessage(
                sequence: 300,
                header: TrajectoryHeader(
                    position: StreamPosition(environment: 3, firstStep: 1 << 35),
                    shape: StepShape(
                        image: ImageShape(height: 64, width: 32, channels: 3), vectorCount: 9, actionCount: 6),
                    steps: 17,
                    blocks: [100, 70_000, 5], checksum: 0xDEAD_BEEF))),
        .acknowledgement(
            Acknowledgement(
                stored: [1, 2, 1 << 50], duplicates: [3],
                refused: [.init(sequence: 9, reason: "damaged"), .init(sequence: 10, reason: "")])),
        .credit(Credit(bytes: 1 << 33)),
        .weightsOffer(
            WeightsOffer(version: 8, totalBytes: 1 << 34, chunkCount: 77, checksum: 1, learnerGeneration: 2)),
        .weightsChunk(WeightsChunk(version: 8, index: 76)),
        .report(
            ActorReport(
                environmentSteps: 12345, stepsPerSecond: 61.5, policyVersion: 8,
                episodes: [
                    .init(
                        environment: 1, episodeReturn: -3.25, length: 900, policyVersion: 7, isUnfinished: true,
                        hasFailed: true, achievements: Achievements(bits: 1 << 63 | 5))
                ],
                failures: 3)),
        .heartbeat(Heartbeat(nanoseconds: 1 << 60, isReply: true)),
        .goodbye(Goodbye(.finished, "done")),
        .drain(Drain(reason: "preempted")),
    ]

    /// Weights of these tensors, whose layout has the number 77.
    public static func weights(
        version: UInt64, _ tensors: [(name: String, shape: [Int], values: [Float])], precision: Precision = .float32
    ) -> PolicyWeights {
        let layout = WeightsLayout(fingerprint: 77, tensors: tensors.map { ($0.name, $0.shape) })
        return PolicyWeights(version: version, layout: layout, precision: precision) { bytes in
            for (place, tensor) in zip(layout.tensors, tensors) {
                tensor.values.withUnsafeBytes { bytes.baseAddress?.advanced(by: place.offset).copyMemory(from: $0) }
            }
        }
    }
}

extension UnsafeMutableRawPointer {
    fileprivate func copyMemory(from bytes: UnsafeRawBufferPointer) {
        if let base = bytes.baseAddress { copyMemory(from: base, byteCount: bytes.count) }
    }
}
