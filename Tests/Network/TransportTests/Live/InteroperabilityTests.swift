import Experience
import Foundation
import NIOCore
import TestSupport
import Testing
import Threads
import TrajectoryCodec
import Wire
import WireSamples

@testable import Transport

/// What `Tests/interop/client.py` prints.
private struct Seen: Decodable, Equatable {
    struct Weights: Decodable, Equatable {
        var version: UInt64
        var layout: UInt64
        var tensors: [String: Tensor]
    }

    struct Tensor: Decodable, Equatable {
        var shape: [Int]
        var values: [Float]
    }

    var run: String
    var acknowledged: [UInt64]
    var weights: Weights
}

@Suite struct InteroperabilityTests {
    /// The first python3 of the search path.
    static let python = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { "\($0)/python3" }.first(where: FileManager.default.isExecutableFile(atPath:))

    @Test(.enabled(if: python != nil))
    func aClientWrittenFromTheDocumentsWorks() async throws {
        let live = try await LiveServer()
        live.server.publish(
            WireSamples.weights(version: 5, [("w", [2, 1], [1.5, -2]), ("b", [1, 1], [3])]))
        let script = Repository.root.appending(path: "Tests/Network/interop/client.py")
        let output = try await run(script, ["127.0.0.1", "\(live.port)", "secret"])
        let seen = try JSONDecoder().decode(Seen.self, from: output)
        #expect(
            seen
                == Seen(
                    run: "run", acknowledged: [1],
                    weights: .init(
                        version: 5, layout: 77,
                        tensors: [
                            "w": .init(shape: [2, 1], values: [1.5, -2]), "b": .init(shape: [1, 1], values: [3]),
                        ])))
        let state = live.endpoint.state
        #expect(await state.waits { $0.left == ["done"] })
        let received = try #require(state.withLock { $0.trajectories.first })
        let decoded = try TrajectoryCoder.decode(received)
        #expect(decoded.count == 20)
        #expect(decoded.rewards == (0..<20).map { Float($0) / 2 })
        #expect(decoded.actions == (0..<40).map { Float($0) })
        let images: [UInt8] = (0..<960).map { UInt8($0 % 251) }
        #expect(decoded.images == images)
        #expect(decoded.flags.first == .first)
        await live.server.stop()
    }

    /// What the script prints.
    private func run(_ script: URL, _ arguments: [String]) async throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: try #require(Self.python))
        process.arguments = [script.path()] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let handle = output.fileHandleForReading
        return await onThread { handle.readDataToEndOfFile() }
    }
}
