import ActorService
import Experience
import Foundation
import GRDB
import Replay
import TestSupport
import Testing
import TrajectoryCodec

@testable import Stress

/// The verification must find what it is there for.
@Suite(.blocking) struct ReceiptCheckTests {
    private let directory = FileManager.default.temporaryDirectory.path + "/receipts-\(UUID().uuidString)"

    /// A closed replay with three trajectories of the actor a, and their receipts.
    private func stored(capacity: Int = 1_000_000) throws -> [StoredReceipt] {
        let experience = SyntheticExperience(.game, seed: 1)
        let shape = SyntheticExperience.shape
        let store = try ReplayStore(directory: directory, shape: shape, capacitySteps: capacity)
        let incoming = (1...3).map { sequence in
            IncomingTrajectory(
                key: TrajectoryKey(actor: "a", incarnation: .max, sequence: sequence),
                trajectory: experience.trajectory(sequence))
        }
        _ = try store.append(incoming)
        try store.close()
        return incoming.map {
            StoredReceipt(
                key: $0.key, checksum: $0.trajectory.header.checksum, bytes: $0.trajectory.byteCount,
                latency: 0.001, time: 1)
        }
    }

    private func check(_ receipts: [StoredReceipt], damage sql: String? = nil) throws -> ReceiptCheck {
        let path = directory + "/replay.sqlite"
        if let sql {
            let database = try DatabaseQueue(path: path)
            try database.write { try $0.execute(sql: sql) }
            try database.close()
        }
        return try ReceiptCheck(receipts, database: path)
    }

    @Test func whatIsStoredPasses() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let check = try check(try stored())
        #expect(check.isPassed && check.acknowledged == 3 && check.stored == 3 && check.unacknowledged == 0)
    }

    @Test func aLostTrajectoryIsMissing() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let check = try check(try stored(), damage: "DELETE FROM trajectory WHERE sequence = 2")
        #expect(!check.isPassed && check.missing == 1 && check.changed == 0)
    }

    /// The replay had no room left for the first: that it was stored is remembered.
    @Test func whatHasLeftTheReplayIsNotMissing() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let check = try check(try stored(capacity: 128))
        #expect(check.isPassed && check.evicted == 1 && check.stored == 2)
    }

    /// More are gone than have ever left: one of them was lost.
    @Test func evictionIsNoExcuse() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let check = try check(
            try stored(capacity: 128), damage: "DELETE FROM trajectory WHERE sequence = 3")
        #expect(!check.isPassed && check.missing == 1 && check.evicted == 1)
    }

    @Test func aLostPayloadIsAChange() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let check = try check(try stored(), damage: "DELETE FROM payload WHERE id = 2")
        #expect(!check.isPassed && check.changed == 1)
    }

    /// Byte 40 becomes another one; length and stored checksum stay.
    @Test func oneOtherByteIsAChange() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let check = try check(
            try stored(),
            damage: """
                UPDATE payload SET bytes = CAST(substr(bytes, 1, 40) || CASE substr(bytes, 41, 1) WHEN x'07' THEN x'08'
                    ELSE x'07' END || substr(bytes, 42) AS BLOB) WHERE id = 3
                """)
        #expect(!check.isPassed && check.changed == 1 && check.missing == 0)
    }

    @Test func twoReceiptsForOneAreAnError() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let receipts = try stored()
        let check = try check(receipts + [receipts[0]])
        #expect(!check.isPassed && check.acknowledgedTwice == 1)
    }

    @Test func storedWithoutReceiptIsNoError() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let check = try check(Array(try stored().dropLast()))
        #expect(check.isPassed && check.unacknowledged == 1)
    }
}
