import Experience
import Foundation
import NIOCore
import TestSupport
import Testing
import TrajectoryCodec
import WireSamples

@testable import Wire

/// The worked example of docs/protocol.md, byte for byte.
@Suite struct WorkedExampleTests {
    /// Bytes of the block marked "hex `name`".
    private func example(_ name: String) throws -> [UInt8] {
        let text = try Repository.text("docs/protocol.md")
        let start = try #require(text.range(of: "```hex \(name)\n"))
        let rest = text[start.upperBound...]
        let end = try #require(rest.range(of: "```"))
        return try rest[..<end.lowerBound].split(whereSeparator: \.isWhitespace).map {
            try #require(UInt8($0, radix: 16))
        }
    }

    private let weights = WireSamples.weights(version: 5, [("w", [2, 1], [1.5, -2])])

    @Test func smallMessages() throws {
        let messages: [(String, Message)] = [
            ("Hello", .hello(Hello(token: "secret", actor: "a", incarnation: 42))),
            (
                "Welcome",
                .welcome(
                    Welcome(
                        runID: "run", learnerGeneration: 4, actorIndex: 0, configuration: "size: s", seed: 7,
                        creditBytes: 1 << 20, storedThrough: 0, heartbeatMilliseconds: 5000))
            ),
            ("Credit", .credit(Credit(bytes: 1 << 20))),
            ("Acknowledgement", .acknowledgement(Acknowledgement(stored: [1]))),
            ("WeightsOffer", .weightsOffer(EncodedWeights(weights, learnerGeneration: 4).offer)),
            ("Goodbye", .goodbye(Goodbye(.finished, "done"))),
        ]
        for (name, message) in messages {
            #expect(try frame(message) == example(name), "\(name)")
        }
    }

    @Test func weightsChunk() throws {
        let payload = Array(buffer: EncodedWeights(weights, learnerGeneration: 4).chunk(0))
        let message = Message.weightsChunk(WeightsChunk(version: 5, index: 0))
        #expect(try frame(message, payload: payload) == example("WeightsChunk"))
    }

    @Test func trajectory() throws {
        let bytes = try example("Trajectory")
        let decoded = try #require(try decode(bytes, limits: .fromActor(payload: 100)))
        let message = try Message(decoded)
        #expect(frame(message, payload: Array(buffer: decoded.payload)) == bytes)
        guard case .trajectory(let trajectory) = message else {
            Issue.record("\(message.type)")
            return
        }
        #expect(trajectory.sequence == 1)
        var expected = Trajectory(StepShape(image: ImageShape(height: 1, width: 2, channels: 1), actionCount: 1))
        expected.append(
            Observation(image: [10, 20], reward: 0.5, flags: .first), action: Action([1]), policyVersion: 7)
        let encoded = try EncodedTrajectory(checking: trajectory.header, payload: decoded.payload)
        #expect(try TrajectoryCoder.decode(encoded) == expected)
    }
}
