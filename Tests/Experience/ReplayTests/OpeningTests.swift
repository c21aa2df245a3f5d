import Experience
import Foundation
import GRDB
import TestSupport
import Testing

@testable import Replay

@Suite(.blocking) struct OpeningTests {
    private func failure(_ directory: String, _ shape: StepShape = Samples.shape) -> ReplayError? {
        #expect(throws: ReplayError.self) { try ReplayStore(directory: directory, shape: shape, capacitySteps: 100) }
    }

    @Test func secondLearnerIsRefusedByName() throws {
        let directory = try TemporaryDirectory()
        let store = try Samples.store(directory)
        let error = failure(directory.path)
        #expect(error?.code == .inUse)
        #expect(error?.message.contains("pid \(ProcessInfo.processInfo.processIdentifier) on ") == true)
        #expect(store.totals.steps == 0)
    }

    @Test func lockEndsWithTheStore() throws {
        let directory = try TemporaryDirectory()
        do { _ = try Samples.store(directory) }
        #expect(throws: Never.self) { try Samples.store(directory) }
    }

    @Test func directoryThatCannotBeMade() throws {
        let directory = try TemporaryDirectory()
        try Data("x".utf8).write(to: URL(fileURLWithPath: directory.path + "/file"))
        #expect(failure(directory.path + "/file/run")?.code == .directory)
        #expect(failure("/proc/replay")?.code == .directory)
    }

    @Test func otherFilesAreNotTouched() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/replay.sqlite"
        try Data(String(repeating: "no database ", count: 100).utf8).write(to: URL(fileURLWithPath: path))
        #expect(failure(directory.path) == ReplayError(.format, "\(path) is not an SQLite database"))
        try FileManager.default.removeItem(atPath: path)
        try DatabaseQueue(path: path).write { try $0.execute(sql: "CREATE TABLE mine (x)") }
        #expect(failure(directory.path) == ReplayError(.format, "\(path) is a database, but not a replay"))
    }

    /// As after a crash of the first start, between its transactions.
    @Test func whatWasBegunIsFinished() throws {
        let directory = try TemporaryDirectory()
        try DatabaseQueue(path: directory.path + "/replay.sqlite").write {
            try $0.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
        }
        let store = try Samples.store(directory)
        #expect(try store.append([Samples.incoming(1)]).outcomes == [.stored(id: 1)])
    }

    @Test func newerSchemaIsRefused() throws {
        let directory = try TemporaryDirectory()
        do {
            let store = try Samples.store(directory)
            try store.withWriter {
                try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99')")
                try $0.execute(sql: "UPDATE meta SET value = '99' WHERE key = 'schema'")
            }
        }
        let error = failure(directory.path)
        #expect(error?.code == .format)
        #expect(error?.message.hasSuffix("has schema 99, this program knows up to 3: use the newer program") == true)
    }

    @Test func otherShapeIsRefused() throws {
        let directory = try TemporaryDirectory()
        do { _ = try Samples.store(directory) }
        let error = failure(directory.path, StepShape(image: ImageShape(height: 8, width: 8), actionCount: 3))
        #expect(error?.code == .shape)
        #expect(error?.message.hasSuffix("of shape 4x4x1, 2, this run has 8x8x3, 3") == true)
    }

    /// A bit that is flipped in the log costs all that follows it: after a clean end there is nothing in it, also where
    /// somebody looks.
    @Test func aCleanEndLeavesNothingInTheLog() throws {
        let directory = try TemporaryDirectory()
        let store = try Samples.store(directory)
        _ = try store.append((1...20).map { Samples.incoming($0) })
        let log = directory("replay.sqlite-wal")
        #expect(size(log) > 10_000)
        var configuration = Configuration()
        configuration.readonly = true
        let looking = try DatabaseQueue(path: directory("replay.sqlite"), configuration: configuration)
        #expect(try looking.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM trajectory") } == 20)
        try store.close()
        #expect(size(log) == 0)
        try store.close()
        try looking.close()
    }

    private func size(_ path: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.size] as? Int ?? 0
    }

    @Test func versionsThatCanLoseTheirLogAreKnown() {
        for version in ["3.7.0", "3.40.1", "3.51.2", "3.9.99"] {
            #expect(StorageEngine.losesLog(version), "\(version)")
        }
        for version in ["3.51.3", "3.52.0", "3.100.0", "4.0.0"] {
            #expect(!StorageEngine.losesLog(version), "\(version)")
        }
        #expect(StorageEngine.description.hasPrefix("SQLite 3."))
    }
}
