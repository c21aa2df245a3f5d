import Experience
import Foundation
import GRDB
import Replay
import Synchronization
import TestSupport
import Testing

@Suite(.blocking, .timeLimit(.minutes(5))) struct StorageWriterTests {
    @Test func completionsComeAfterTheCommit() throws {
        let directory = try TemporaryDirectory()
        let store = try Samples.store(directory)
        let early = Atomic(0)
        let completed = Atomic(0)
        let writer = StorageWriter(store: store, queueBytes: 1 << 30)
        for sequence in 1...500 {
            try writer.submit(Samples.incoming(sequence)) { result in
                guard case .success(.stored(let id)) = result, (try? store.trajectories([id]))?.first ?? nil != nil
                else {
                    early.add(1, ordering: .relaxed)
                    return
                }
                completed.add(1, ordering: .relaxed)
            }
        }
        writer.close()
        #expect(early.load(ordering: .relaxed) == 0 && completed.load(ordering: .relaxed) == 500)
        #expect(store.storedThrough(actor: "a", incarnation: 1) == 500)
        #expect(writer.status == .closed && writer.queuedBytes == 0)
        let error = #expect(throws: ReplayError.self) { try writer.submit(Samples.incoming(501)) { _ in } }
        #expect(error?.code == .closed)
    }

    @Test func commitsAreGrouped() throws {
        let directory = try TemporaryDirectory()
        let store = try Samples.store(directory)
        let sizes = Mutex<[Int]>([])
        let gate = DispatchSemaphore(value: 0)
        let writer = StorageWriter(
            store: store, queueBytes: 1 << 30,
            onCommit: { _, batch in
                if sizes.withLock({ $0.isEmpty }) { gate.wait() }
                sizes.withLock { $0.append(batch.count) }
            })
        try writer.submit(Samples.incoming(1)) { _ in }
        for sequence in 2...201 { try writer.submit(Samples.incoming(sequence)) { _ in } }
        gate.signal()
        writer.close()
        let found = sizes.withLock { $0 }
        #expect(found.reduce(0, +) == 201)
        #expect(found.max() == StorageWriter.commitSize && found.count <= 1 + 4 + 1)
    }

    /// From the limit on there is no room, until half of it is stored; what comes nevertheless is kept.
    @Test func roomIsTold() throws {
        let directory = try TemporaryDirectory()
        let store = try Samples.store(directory)
        let gate = DispatchSemaphore(value: 0)
        let told = Atomic(0)
        let writer = StorageWriter(
            store: store, queueBytes: 2500, onCommit: { _, _ in gate.wait() },
            onRoom: { told.add(1, ordering: .relaxed) })
        func submit(_ sequence: UInt64) throws {
            let incoming = IncomingTrajectory(
                key: .init(actor: "a", incarnation: 1, sequence: sequence), trajectory: Samples.opaque(bytes: 1000))
            try writer.submit(incoming) { _ in }
        }
        try submit(1)
        try submit(2)
        #expect(writer.hasRoom)
        try submit(3)
        try submit(4)
        #expect(!writer.hasRoom && writer.queuedBytes == 4000 && told.load(ordering: .relaxed) == 0)
        for _ in 0..<4 { gate.signal() }
        writer.close()
        #expect(writer.hasRoom && told.load(ordering: .relaxed) == 1)
        #expect(store.storedThrough(actor: "a", incarnation: 1) == 4)
    }

    /// A full disk, by SQLite's own limit: nothing is acknowledged until there is room again, then everything is.
    @Test func fullDiskHoldsBackAcknowledgements() throws {
        let directory = try TemporaryDirectory()
        let store = try Samples.store(directory)
        try store.withWriter { try $0.execute(sql: "PRAGMA max_page_count = 1") }
        let statuses = Mutex<[StorageWriter.Status]>([])
        let acknowledged = Atomic(0)
        let isBlocked = DispatchSemaphore(value: 0)
        let writer = StorageWriter(
            store: store, queueBytes: 1 << 30,
            onStatus: { status in
                statuses.withLock { $0.append(status) }
                if status != .running { isBlocked.signal() }
            })
        let large = IncomingTrajectory(
            key: .init(actor: "a", incarnation: 1, sequence: 1), trajectory: Samples.opaque(bytes: 60_000))
        let done = DispatchSemaphore(value: 0)
        try writer.submit(large) { result in
            if result == .success(.stored(id: 1)) { acknowledged.add(1, ordering: .relaxed) }
            done.signal()
        }
        isBlocked.wait()
        #expect(acknowledged.load(ordering: .relaxed) == 0 && writer.queuedBytes == 60_000)
        #expect(writer.status == .blocked(reason: "\(store.path): database or disk is full"))
        try store.withWriter { try $0.execute(sql: "PRAGMA max_page_count = 1000000") }
        done.wait()
        writer.close()
        #expect(acknowledged.load(ordering: .relaxed) == 1)
        #expect(statuses.withLock { $0.last } == .running)
    }

    @Test func closingOnAFullDiskTellsTheTruth() throws {
        let directory = try TemporaryDirectory()
        let store = try Samples.store(directory)
        try store.withWriter { try $0.execute(sql: "PRAGMA max_page_count = 1") }
        let code = Mutex<ReplayError.Code?>(nil)
        let writer = StorageWriter(store: store, queueBytes: 1 << 30)
        let large = IncomingTrajectory(
            key: .init(actor: "a", incarnation: 1, sequence: 1), trajectory: Samples.opaque(bytes: 60_000))
        try writer.submit(large) { result in
            if case .failure(let error) = result { code.withLock { $0 = error.code } }
        }
        writer.close()
        #expect(code.withLock { $0 } == .storage)
    }
}
