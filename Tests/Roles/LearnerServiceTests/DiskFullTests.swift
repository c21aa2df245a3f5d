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

/// A real learner's storage on a disk that fills up: actors wait, nothing is lost, and it goes on when there is room.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5))) struct DiskFullTests {
    private static let count = 30

    @Test(.enabled(if: SmallDisk.isPermitted, "mounting a small file system needs root"))
    func everythingWaitsForRoom() async throws {
        let disk = try SmallDisk(megabytes: 8)
        let (log, receipts) = (Recorded(), Recorded())
        let logger = Logger(label: "test") { _ in RecordingHandler(recorded: log) }
        let server = LearnerServer(configuration: .init(port: 0, token: "secret"), logger: logger)
        try await server.listen()
        let intake = try Intake(
            configuration, directory: RunDirectory(creating: disk.path), server: server, logger: logger)
        let port = try #require(try await intake.start().port)
        let client = LearnerClient(
            configuration: .init(
                learner: .at(.init(host: "127.0.0.1", port: port)), token: "secret", actor: "a", incarnation: 7),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { event in
            if case .stored(let stored) = event { for receipt in stored { receipts.add("\(receipt.sequence)") } }
        }
        let run = Task { try await client.run() }
        let trajectory = noise()
        Thread.detachNewThread { for _ in 0..<Self.count { try? client.submit(trajectory) } }

        try await eventually("a full disk") {
            if case .blocked = intake.replay.statistics.writer { true } else { false }
        }
        let before = receipts.lines.count
        #expect(before < Self.count)
        // Several attempts later nothing has changed: still connected, one line in the log, and batches can be had.
        try await Task.sleep(for: .seconds(1))
        #expect(client.status.isConnected && client.status.reconnects == 0)
        #expect(log.lines.count { $0.contains("cannot be stored") && $0.contains("full") } == 1)
        if before > 0 {
            let sampler = intake.replay.makeReportSampler(
                SampleShape(sequences: 2, length: 16), state: SamplerState(seed: 1))
            _ = try sampler.next()
        }

        try disk.grow(megabytes: 200)
        try await eventually("all acknowledgements") { receipts.lines.count == Self.count }
        #expect(receipts.lines == (1...Self.count).map(String.init))
        #expect(log.lines.count { $0.contains("stored again") } == 1)
        #expect(client.status.reconnects == 0)
        #expect(await client.finish(timeout: .seconds(60)) == 0)
        try await run.value
        await intake.server.stop()
        try intake.close()
        // What was acknowledged is there when it is opened again.
        let store = try ReplayStore(directory: disk.path, shape: intake.replay.shape, capacitySteps: 1 << 40)
        #expect(store.totals.trajectories == Self.count)
        #expect(store.storedThrough(actor: "a", incarnation: 7) == UInt64(Self.count))
        try store.close()
    }

    private var configuration: Configuration {
        var c = Configuration()
        c.agent.image = 64
        c.agent.channels = 3
        c.agent.actions = 2
        c.run.steps = 1 << 40
        // Nobody trains here, so nobody may wait for training.
        c.replay.prefillSteps = 1 << 39
        c.replay.capacitySteps = 1 << 40
        return c
    }

    /// 64 steps that do not compress: 0.8 MB.
    private func noise() -> EncodedTrajectory {
        var trajectory = Trajectory(StepShape(image: ImageShape(height: 64, width: 64), actionCount: 2))
        for step in 0..<64 {
            var image = [UInt8](repeating: 0, count: 64 * 64 * 3)
            image.withUnsafeMutableBytes { bytes in
                for offset in stride(from: 0, to: bytes.count, by: 8) {
                    bytes.storeBytes(of: UInt64.random(in: 0 ... .max), toByteOffset: offset, as: UInt64.self)
                }
            }
            trajectory.append(
                Observation(image: image, reward: 0, flags: step == 0 ? .first : []), action: .oneHot(0, of: 2),
                policyVersion: 1)
        }
        return TrajectoryCoder.encode(trajectory, position: StreamPosition(environment: 0, firstStep: 0))
    }

    private func eventually(_ what: String, _ condition: () -> Bool) async throws {
        for _ in 0..<1200 {
            if condition() { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("\(what) did not come about in two minutes")
    }
}

/// A file system in memory of a given size, mounted in a directory of its own.
final class SmallDisk {
    let path = FileManager.default.temporaryDirectory.path + "/disk-\(UUID().uuidString)"

    /// Whether this process may mount: tried, as root in a container may not.
    static let isPermitted = (try? SmallDisk(megabytes: 1)) != nil

    private struct MountFailed: Error {}

    init(megabytes: Int) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(megabytes)m") == 0 else {
            try? FileManager.default.removeItem(atPath: path)
            throw MountFailed()
        }
    }

    deinit {
        umount2(path, Int32(MNT_DETACH))
        try? FileManager.default.removeItem(atPath: path)
    }

    func grow(megabytes: Int) throws {
        guard mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT), "size=\(megabytes)m") == 0 else {
            throw MountFailed()
        }
    }
}
