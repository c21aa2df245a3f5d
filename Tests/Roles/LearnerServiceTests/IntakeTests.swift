import AgentChoice
import Experience
import Foundation
import Logging
import NIOCore
import Replay
import Runs
import Settings
import TestSupport
import Testing
import TrajectoryCodec
import Transport

@testable import LearnerService

/// What comes over the network into a learner's storage.
@Suite(.blocking, .timeLimit(.minutes(5))) struct IntakeTests {
    /// A client whose every third trajectory has a right header, a right checksum and a block of images that nobody can
    /// decompress: it hears that, gets its credit back, and what is acknowledged can be read.
    @Test func whatCannotBeReadIsRefusedAndTheRestGoesOn() async throws {
        let directory = try TemporaryDirectory()
        let (log, stored, refused) = (Recorded(), Recorded(), Recorded())
        let logger = Logger(label: "test") { _ in RecordingHandler(recorded: log) }
        let server = LearnerServer(configuration: .init(port: 0, token: "secret"), logger: logger)
        try await server.listen()
        let intake = try Intake(
            configuration, directory: RunDirectory(creating: directory.path), server: server, logger: logger)
        let port = try #require(try await intake.start().port)
        let client = LearnerClient(
            configuration: .init(
                learner: .at(.init(host: "127.0.0.1", port: port)), token: "secret", actor: "a", incarnation: 7),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { event in
            switch event {
            case .stored(let receipts): for receipt in receipts { stored.add("\(receipt.sequence)") }
            case .refused(let sequence, let reason): refused.add("\(sequence) \(reason)")
            default: break
            }
        }
        let run = Task { try await client.run() }
        // Far more than the window of two trajectories.
        let count = 60
        Thread.detachNewThread { for number in 1...count { try? client.submit(trajectory(number)) } }
        try await eventually("an answer to each") { stored.lines.count + refused.lines.count == count }
        #expect(stored.lines == (1...count).filter { $0 % 3 != 0 }.map(String.init))
        #expect(
            refused.lines
                == (1...count).filter { $0 % 3 == 0 }.map {
                    "\($0) trajectory refused: block 1 does not decompress to its size"
                })
        #expect(log.lines.contains { $0.contains("a trajectory of actor a was refused: ") })
        #expect(client.status.isConnected && client.status.reconnects == 0)
        #expect(await client.finish(timeout: .seconds(60)) == 0)
        try await run.value
        await intake.server.stop()
        try intake.close()
        let store = try ReplayStore(directory: directory.path, shape: intake.replay.shape, capacitySteps: 1 << 40)
        var ids: [Int64] = []
        try store.forEachRecord { ids.append($0.id) }
        #expect(ids.count == 40)
        for trajectory in try store.trajectories(ids) { _ = try TrajectoryCoder.decode(try #require(trajectory)) }
        try store.close()
    }

    private var configuration: Configuration {
        var c = Configuration()
        c.agent.image = 16
        c.agent.channels = 3
        c.agent.actions = 2
        c.run.steps = 1 << 40
        // Nobody trains here, so nobody may wait for training.
        c.replay.prefillSteps = 1 << 39
        c.replay.capacitySteps = 1 << 40
        c.learner.creditBytes = 2 * 8 * (768 + 21)
        return c
    }

    private func trajectory(_ number: Int) -> EncodedTrajectory {
        let whole = StoredRun.trajectory(
            number, image: ImageShape(height: 16, width: 16, channels: 3), actions: 2, isPoisoned: false)
        guard number % 3 == 0 else { return whole }
        var (header, bytes) = (whole.header, Array(buffer: whole.payload))
        for index in bytes.indices.suffix(8) { bytes[index] = 0xFF }
        header.checksum = CRC32C.checksum(of: bytes)
        return EncodedTrajectory(header: header, payload: ByteBuffer(bytes: bytes))
    }
}
