import Experience
import Foundation
import GRDB
import Replay
import Synchronization
import TestSupport
import Testing
import TrajectoryCodec

@Suite(.blocking, .timeLimit(.minutes(5))) struct StorageWriterTests {
    @Test func settledIsWhatIsCommitted() throws {
        let directory = try TemporaryDirectory()
        let store = try Samples.store(directory)
        let reports = Reports()
        let early = Atomic(0)
        let writer = StorageWriter(
            store: store, queueBytes: 1 << 30,
            report: { event in
                reports.add(event)
                guard case .settled(let settled, let insertedSteps) = event else { return }
                for case .stored(let id) in settled.map(\.outcome)
                where (try? store.trajectories([id]))?.first ?? nil == nil { early.add(1, ordering: .relaxed) }
                if store.totals.insertedSteps != insertedSteps { early.add(1, ordering: .relaxed) }
            })
        for sequence in 1...500 { try writer.submit(Samples.incoming(sequence)) }
        writer.close()
        #expect(early.load(ordering: .relaxed) == 0)
        #expect(reports.settled.map(\.key.sequence) == Array(1...500))
        #expect(reports.settled.map(\.outcome) == (1...500).map { .stored(id: $0) })
        #expect(store.storedThrough(actor: "a", incarnation: 1) == 500)
        #expect(writer.status == .working && writer.queuedBytes == 0)
        let error = #expect(throws: ReplayError.self) { try writer.submit(Samples.incoming(501)) }
        #expect(error?.code == .closed)
    }

    @Test func whatCameBeforeIsSettledAsDuplicate() throws {
        let directory = try TemporaryDirectory()
        let store = try Samples.store(directory)
        let reports = Reports()
        let writer = StorageWriter(store: store, queueBytes: 1 << 30, report: { reports.add($0) })
        for sequence in [1, 2, 2, 1] { try writer.submit(Samples.incoming(sequence)) }
        writer.close()
        #expect(reports.settled.map(\.key.sequence) == [1, 2, 2, 1])
        #expect(reports.settled.map(\.outcome) == [.stored(id: 1), .stored(id: 2), .duplicate, .duplicate])
        #expect(writer.duplicates == 2)
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
        try writer.submit(Samples.incoming(1))
        for sequence in 2...201 { try writer.submit(Samples.incoming(sequence)) }
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
        let reports = Reports()
        let trajectory = Samples.noise(steps: 40)
        let writer = StorageWriter(
            store: store, queueBytes: 5 * trajectory.byteCount / 2, onCommit: { _, _ in gate.wait() },
            report: { event in if case .queue = event { reports.add(event) } })
        func submit(_ sequence: UInt64) throws {
            try writer.submit(
                IncomingTrajectory(
                    key: .init(actor: "a", incarnation: 1, sequence: sequence), trajectory: trajectory)
            )
        }
        try submit(1)
        try submit(2)
        #expect(reports.all == [])
        try submit(3)
        // Told before `submit` returns: whoever hands over stops at once.
        #expect(reports.all == [.queue(isFull: true)])
        try submit(4)
        #expect(writer.queuedBytes == 4 * trajectory.byteCount && reports.all == [.queue(isFull: true)])
        for _ in 0..<4 { gate.signal() }
        writer.close()
        #expect(reports.all == [.queue(isFull: true), .queue(isFull: false)])
        #expect(store.storedThrough(actor: "a", incarnation: 1) == 4)
    }

    /// A full disk, by SQLite's own limit: nothing is acknowledged until there is room again, then everything is.
    @Test func fullDiskHoldsBackAcknowledgements() throws {
        let directory = try TemporaryDirectory()
        let store = try Samples.store(directory)
        try store.withWriter { try $0.execute(sql: "PRAGMA max_page_count = 1") }
        let reports = Reports()
        let writer = StorageWriter(store: store, queueBytes: 1 << 30, report: { reports.add($0) })
        try writer.submit(
            IncomingTrajectory(
                key: .init(actor: "a", incarnation: 1, sequence: 1), trajectory: Samples.noise(steps: 1000)))
        reports.wait { $0.isBlocked }
        let reason = "\(store.path): database or disk is full"
        #expect(writer.queuedBytes > 0 && writer.status == .blocked(reason: reason))
        #expect(reports.all == [.writing(.blocked(reason: reason))])
        try store.withWriter { try $0.execute(sql: "PRAGMA max_page_count = 1000000") }
        writer.close()
        #expect(reports.settled.map(\.outcome) == [.stored(id: 1)])
        // However often it was tried: once that it fails, once that it works.
        #expect(Array(reports.all.prefix(2)) == [.writing(.blocked(reason: reason)), .writing(.working)])
        #expect(reports.all.count == 3)
    }

    @Test func closingOnAFullDiskTellsTheTruth() throws {
        let directory = try TemporaryDirectory()
        let store = try Samples.store(directory)
        try store.withWriter { try $0.execute(sql: "PRAGMA max_page_count = 1") }
        let reports = Reports()
        let writer = StorageWriter(store: store, queueBytes: 1 << 30, report: { reports.add($0) })
        try writer.submit(
            IncomingTrajectory(
                key: .init(actor: "a", incarnation: 1, sequence: 1), trajectory: Samples.noise(steps: 1000)))
        writer.close()
        #expect(reports.settled == [])
        #expect(reports.all == [.writing(.blocked(reason: "\(store.path): database or disk is full"))])
    }

    /// Header and checksum are right, and nobody could ever read it: it must not be acknowledged.
    @Test func whatDoesNotDecompressIsRefused() throws {
        let directory = try TemporaryDirectory()
        let store = try Samples.store(directory)
        let reports = Reports()
        let writer = StorageWriter(store: store, queueBytes: 1 << 30, report: { reports.add($0) })
        for sequence in 1...5 {
            var incoming = Samples.incoming(sequence)
            if sequence == 2 || sequence == 5 { incoming.trajectory = Samples.damaged(incoming.trajectory) }
            try writer.submit(incoming)
        }
        writer.close()
        let outcomes = Dictionary(uniqueKeysWithValues: reports.settled.map { ($0.key.sequence, $0.outcome) })
        let refused = StorageOutcome.refused("trajectory refused: block 4 does not decompress to its size")
        #expect(outcomes == [1: .stored(id: 1), 2: refused, 3: .stored(id: 2), 4: .stored(id: 3), 5: refused])
        #expect(store.totals.trajectories == 3 && writer.queuedBytes == 0)
        #expect(store.storedThrough(actor: "a", incarnation: 1) == 1)
    }
}
