import Experience
import Foundation
import GRDB
import Replay
import TestSupport
import Testing

@Suite(.blocking) struct ReplayStoreTests {
    @Test func storesAndReadsBack() throws {
        let directory = try TemporaryDirectory()
        let store = try Samples.store(directory)
        let batch = [Samples.incoming(1), Samples.incoming(2)]
        let result = try store.append(batch)
        #expect(result.outcomes == [.stored(id: 1), .stored(id: 2)])
        #expect(try store.trajectories([2, 1, 3]) == [batch[1].trajectory, batch[0].trajectory, nil])
        #expect(store.totals.steps == 128)
        #expect(store.storedThrough(actor: "a", incarnation: 1) == 2)
    }

    @Test func keyIsUnique() throws {
        let directory = try TemporaryDirectory()
        let store = try Samples.store(directory)
        let twice = try store.append([Samples.incoming(1), Samples.incoming(1)])
        #expect(twice.outcomes == [.stored(id: 1), .duplicate])
        #expect(try store.append([Samples.incoming(1)]).outcomes == [.duplicate])
        #expect(try store.append([Samples.incoming(1, actor: "b")]).outcomes == [.stored(id: 2)])
        #expect(try store.append([Samples.incoming(1, incarnation: .max)]).outcomes == [.stored(id: 3)])
        #expect(store.totals.trajectories == 3)
    }

    @Test func duplicateIsKnownAfterEvictionAndRestart() throws {
        let directory = try TemporaryDirectory()
        do {
            let store = try Samples.store(directory, capacity: 128)
            #expect(try store.append((1...3).map { Samples.incoming($0) }).evicted == [1])
            #expect(try store.append([Samples.incoming(1)]).outcomes == [.duplicate])
        }
        let store = try Samples.store(directory, capacity: 128)
        #expect(try store.append([Samples.incoming(1), Samples.incoming(4)]).outcomes == [.duplicate, .stored(id: 4)])
        #expect(try store.trajectories([1, 2, 3]).map { $0 == nil } == [true, true, false])
        #expect(store.totals.insertedSteps == 256 && store.totals.evictedTrajectories == 2)
    }

    @Test func disorderIsRememberedExactly() throws {
        let directory = try TemporaryDirectory()
        do {
            let store = try Samples.store(directory, capacity: 64)
            for sequence in [1, 3, 5] { _ = try store.append([Samples.incoming(sequence)]) }
            #expect(store.storedThrough(actor: "a", incarnation: 1) == 1)
        }
        let store = try Samples.store(directory, capacity: 64)
        let result = try store.append([3, 2, 5, 4].map { Samples.incoming($0) })
        #expect(result.outcomes == [.duplicate, .stored(id: 4), .duplicate, .stored(id: 5)])
        #expect(store.storedThrough(actor: "a", incarnation: 1) == 5)
    }

    @Test func bytesAreALimitToo() throws {
        let directory = try TemporaryDirectory()
        let store = try ReplayStore(
            directory: directory.path, shape: Samples.shape, capacitySteps: 1000, capacityBytes: 2500)
        let batch = (1...3).map {
            IncomingTrajectory(
                key: .init(actor: "a", incarnation: 1, sequence: UInt64($0)),
                trajectory: Samples.opaque(firstStep: $0, bytes: 1000))
        }
        #expect(try store.append(batch).evicted == [1])
        #expect(store.totals.bytes == 2000)
    }

    @Test func commitsSurvivePowerLossByConfiguration() throws {
        let directory = try TemporaryDirectory()
        let store = try Samples.store(directory)
        let pragmas = try store.withWriter { database in
            try ["synchronous", "journal_mode"].map { try String.fetchOne(database, sql: "PRAGMA \($0)") }
        }
        #expect(pragmas == ["2", "wal"])
    }

    @Test func fullDiskStoresNothingAndRecovers() throws {
        let directory = try TemporaryDirectory()
        let store = try Samples.store(directory)
        _ = try store.append([Samples.incoming(1)])
        try store.withWriter { try $0.execute(sql: "PRAGMA max_page_count = 1") }
        let large = IncomingTrajectory(
            key: .init(actor: "a", incarnation: 1, sequence: 2), trajectory: Samples.opaque(bytes: 60_000))
        #expect(throws: ReplayError.self) { try store.append([large]) }
        #expect(store.totals.trajectories == 1 && store.storedThrough(actor: "a", incarnation: 1) == 1)
        try store.withWriter { try $0.execute(sql: "PRAGMA max_page_count = 1000000") }
        #expect(try store.append([large]).outcomes == [.stored(id: 2)])
    }

    @Test func damageIsNoticed() throws {
        let directory = try TemporaryDirectory()
        let store = try Samples.store(directory)
        _ = try store.append([Samples.incoming(1)])
        try store.withWriter { try $0.execute(sql: "UPDATE trajectory SET checksum = 4294967295 - checksum") }
        let error = #expect(throws: ReplayError.self) { try store.trajectories([1]) }
        #expect(error?.code == .damaged)
    }
}
