import Experience
import Files
import Foundation
import GRDB
import NIOCore
import Numbers
import SystemPackage
import TestSupport
import Testing
import TrajectoryCodec

@testable import Replay

/// Large payloads lie in files beside the database.
@Suite(.blocking) struct PayloadFilesTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private static let shape = StepShape(image: ImageShape(height: 64, width: 64), actionCount: 2)

    /// Nine steps of noise: 110 KB that do not compress.
    private func large(_ sequence: Int) -> IncomingTrajectory {
        var trajectory = Trajectory(StepShape(image: Self.shape.image, actionCount: 2))
        var generator = SplitMix64(seed: UInt64(sequence))
        for step in 0..<9 {
            let image = (0..<Self.shape.image.count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            trajectory.append(
                Observation(image: image, reward: Float(step), flags: []), action: .none(2), policyVersion: 1)
        }
        return IncomingTrajectory(
            key: TrajectoryKey(actor: "a", incarnation: 1, sequence: UInt64(sequence)),
            trajectory: TrajectoryCoder.encode(
                trajectory, position: StreamPosition(environment: 0, firstStep: UInt64(9 * (sequence - 1)))))
    }

    private func store(capacity: Int = 1_000_000) throws -> ReplayStore {
        try ReplayStore(directory: directory.path, shape: Self.shape, capacitySteps: capacity)
    }

    private var fileNames: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0.hasSuffix(".payloads") }
                .sorted()
        }
    }

    @Test func largeOnesAreReadBackAfterARestart() throws {
        let batch = (1...5).map(large)
        do { _ = try store().append(batch) }
        let store = try store()
        #expect(try store.trajectories([1, 2, 3, 4, 5]) == batch.map(\.trajectory))
        #expect(try fileNames == ["replay-0000000001.payloads"])
        let inDatabase = try store.withWriter { try Int.fetchOne($0, sql: "SELECT count(*) FROM payload") }
        #expect(inDatabase == 0)
        // It goes on behind what is there.
        _ = try store.append([large(6)])
        #expect(try store.trajectories([5, 6]) == [batch[4].trajectory, large(6).trajectory])
    }

    /// Past the system's cache a file system takes whole blocks of aligned memory only; anything else is written all the same.
    @Test func whatDirectWritingRefusesIsWritten() throws {
        var generator = SplitMix64(seed: 1)
        let bytes = (0..<10_001).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let file = try PayloadFile(writing: 1, in: directory.path)
        // Memory, length and place in the file are odd.
        try bytes.withUnsafeBytes { try file.write(UnsafeRawBufferPointer(rebasing: $0[1...]), at: 3) }
        try file.synchronize()
        #expect(try file.read(10_000, at: 3) == ByteBuffer(bytes: bytes[1...]))
        #expect(file.count == 10_003)
    }

    /// A file system that opens files for direct writing and then wants none of it, as some do.
    @Test(.enabled(if: Refusing.isThere, "needs a file that answers each write with EINVAL"))
    func whereDirectWritingIsInvalidItGoesThroughTheCache() throws {
        let path = directory.path + "/" + PayloadFile.name(1)
        let refusing = try Refusing.open()
        let bytes = (0..<8192).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let error = #expect(throws: FileError.self) { try bytes.withUnsafeBytes { try refusing.write($0, at: 4096) } }
        #expect(error?.code == .invalidArgument)
        let file = PayloadFile(number: 1, file: try OpenFile(path, for: .updating), direct: refusing)
        try bytes.withUnsafeBytes { try file.write($0, at: 4096) }
        try file.synchronize()
        #expect(try file.read(8192, at: 4096) == ByteBuffer(bytes: bytes))
    }

    /// Any other trouble is trouble.
    @Test(.enabled(if: access("/dev/full", W_OK) == 0)) func anotherErrorOfDirectWritingIsTold() throws {
        let path = directory.path + "/" + PayloadFile.name(1)
        let file = PayloadFile(
            number: 1, file: try OpenFile(path, for: .updating), direct: try OpenFile("/dev/full", for: .updating))
        let error = #expect(throws: ReplayError.self) { try [UInt8(7)].withUnsafeBytes { try file.write($0, at: 0) } }
        #expect(error?.code == .storage && error?.message.contains("the disk is full") == true)
    }

    /// A replay of terabytes has thousands of files.
    @Test func fewFilesStayOpen() throws {
        let files = try PayloadFiles(directory: directory.path, uses: [], fileBytes: 4096)
        var places: [PayloadFiles.Place] = []
        for number in 0..<100 {
            let place = try #require(try files.write([ByteBuffer(bytes: [UInt8(number)])])[0])
            files.commit([(place, 1)])
            places.append(place)
        }
        #expect(try fileNames.count == 100)
        for _ in 0..<2 {
            for (number, place) in places.enumerated() {
                #expect(try files.read(1, at: place) == ByteBuffer(bytes: [UInt8(number)]))
            }
        }
        // The newest is open for writing, too.
        #expect(openDescriptors() <= PayloadFiles.openFiles + 2)
        let uses = places.map { PayloadFiles.Use(file: $0.file, payloads: 1, end: 1) }
        let reopened = try PayloadFiles(directory: directory.path, uses: uses, fileBytes: 4096)
        #expect(try reopened.read(1, at: places[42]) == ByteBuffer(bytes: [42]))
        #expect(openDescriptors() <= PayloadFiles.openFiles + 2 + 3)
    }

    /// Descriptors of this process that are files of payloads in this test's directory.
    private func openDescriptors() -> Int {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return all.count { name in
            let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + name)
            return path?.hasPrefix(directory.path) == true && path?.hasSuffix(".payloads") == true
        }
    }

    @Test func duplicatesTakeNoRoom() throws {
        let store = try store()
        _ = try store.append([large(1)])
        let size = try fileSize(1)
        #expect(try store.append([large(1)]).outcomes == [.duplicate])
        #expect(try fileSize(1) == size)
    }

    /// As after a crash between the files and the database.
    @Test func whatWasNeverCommittedIsCutOff() throws {
        do { _ = try store().append([large(1)]) }
        let size = try fileSize(1)
        let path = directory.path + "/" + PayloadFile.name(1)
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data(repeating: 7, count: 1000))
        try file.close()
        _ = FileManager.default.createFile(atPath: directory.path + "/" + PayloadFile.name(2), contents: Data([1, 2]))
        let store = try store()
        #expect(try fileSize(1) == size)
        #expect(try fileNames == ["replay-0000000001.payloads"])
        #expect(try store.trajectories([1]) == [large(1).trajectory])
    }

    @Test func aFileThatIsMissingOrCutIsNamed() throws {
        do { _ = try store().append([large(1), large(2)]) }
        let path = directory.path + "/" + PayloadFile.name(1)
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        try whole.dropLast(AlignedBuffer.alignment).write(to: URL(fileURLWithPath: path))
        let cut = #expect(throws: ReplayError.self) { try store() }
        #expect(cut?.code == .incomplete && cut?.message.hasPrefix("\(path) is shorter than what was stored") == true)
        try FileManager.default.removeItem(atPath: path)
        let missing = #expect(throws: ReplayError.self) { try store() }
        #expect(missing?.code == .incomplete && missing?.message.hasPrefix("\(path) is missing") == true)
    }

    @Test func damageInAFileIsNoticed() throws {
        do { _ = try store().append([large(1)]) }
        let url = URL(fileURLWithPath: directory.path + "/" + PayloadFile.name(1))
        var bytes = try Data(contentsOf: url)
        bytes[5000] ^= 1
        try bytes.write(to: url)
        let store = try store()
        let error = #expect(throws: ReplayError.self) { try store.trajectories([1]) }
        #expect(error?.code == .damaged)
    }

    /// Files go when the last of their payloads has left the replay; one that is being read stays readable.
    @Test func filesLeaveWithTheirPayloads() throws {
        let files = try PayloadFiles(directory: directory.path, uses: [], fileBytes: 8192)
        func add(_ payload: ByteBuffer) throws -> PayloadFiles.Place {
            let place = try #require(try files.write([payload])[0])
            files.commit([(place, payload.readableBytes)])
            return place
        }
        let places = try (1...4).map { try add(ByteBuffer(repeating: $0, count: 60)) }
        #expect(places.map(\.file) == [1, 1, 2, 2] && places.map(\.offset) == [0, 4096, 0, 4096])
        files.remove([1])
        #expect(try fileNames.count == 2)
        files.remove([1])
        #expect(try fileNames == ["replay-0000000002.payloads"])
        #expect(try files.read(60, at: places[0]) == nil)
        #expect(try files.read(60, at: places[2]) == ByteBuffer(repeating: 3, count: 60))
        // The one that is written to stays.
        files.remove([2, 2])
        #expect(try fileNames == ["replay-0000000002.payloads"])
        #expect(try add(ByteBuffer(bytes: [9])).file == 3)
        files.remove([])
        #expect(try fileNames == ["replay-0000000003.payloads"])
    }

    /// Of every length beside those of blocks and of the buffer they pass through, in one go, after a file changes, and
    /// after it is opened again.
    @Test func everyLengthComesBack() throws {
        let lengths = [1, 4095, 4096, 4097, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20, 65_536]
        let payloads = lengths.map { length in
            ByteBuffer(bytes: (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ length) })
        }
        let files = try PayloadFiles(directory: directory.path, uses: [], fileBytes: 2 << 20)
        let places = try files.write(payloads).map { try #require($0) }
        files.commit(Array(zip(places, lengths)).map { (place: $0.0, bytes: $0.1) })
        #expect(Set(places.map(\.file)) == [1, 2, 3] && places.allSatisfy { $0.offset % AlignedBuffer.alignment == 0 })
        for (place, payload) in zip(places, payloads) {
            #expect(try files.read(payload.readableBytes, at: place) == payload)
        }

        let uses = [1, 2, 3].map { file in
            let inside = zip(places, lengths).filter { $0.0.file == file }
            return PayloadFiles.Use(
                file: Int64(file), payloads: inside.count, end: inside.map { $0.0.offset + $0.1 }.max() ?? 0)
        }
        let reopened = try PayloadFiles(directory: directory.path, uses: uses, fileBytes: 2 << 20)
        let added = try #require(try reopened.write([ByteBuffer(bytes: [7])])[0])
        #expect(added.offset == AlignedBuffer.roundUp(uses[2].end))
        for (place, payload) in zip(places, payloads) {
            #expect(try reopened.read(payload.readableBytes, at: place) == payload)
        }
    }

    @Test func evictionRemovesLargeOnes() throws {
        let store = try store(capacity: 18)
        _ = try store.append((1...4).map(large))
        #expect(try store.trajectories([1, 2, 3]).map { $0 == nil } == [true, true, false])
        #expect(store.totals.trajectories == 2)
    }

    /// A replay of schema 1 is brought to the newest one, with what it holds.
    @Test func theFirstSchemaIsMigrated() throws {
        do {
            let store = try Samples.store(directory)
            _ = try store.append([Samples.incoming(1)])
            try store.withWriter { database in
                for column in ["file", "offset", "staleness", "damaged"] {
                    try database.execute(sql: "ALTER TABLE trajectory DROP COLUMN \(column)")
                }
                try database.execute(sql: "DELETE FROM grdb_migrations WHERE identifier IN ('2', '3')")
                try database.execute(sql: "UPDATE meta SET value = '1' WHERE key = 'schema'")
            }
        }
        let store = try Samples.store(directory)
        #expect(try store.trajectories([1]) == [Samples.incoming(1).trajectory])
        #expect(try store.append([Samples.incoming(2)]).outcomes == [.stored(id: 2)])
        let schema = try store.withWriter {
            try String.fetchOne($0, sql: "SELECT value FROM meta WHERE key = 'schema'")
        }
        #expect(schema == "3")
    }

    private func fileSize(_ number: Int64) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(
            atPath: directory.path + "/" + PayloadFile.name(number))
        return try #require(attributes[.size] as? Int)
    }
}

/// A file that can be opened for writing and answers each write with EINVAL.
private enum Refusing {
    private static let path = "/proc/self/coredump_filter"

    static func open() throws(FileError) -> OpenFile { try OpenFile(path, for: .updating) }

    static var isThere: Bool {
        do {
            let refusing = try open()
            try [UInt8(0)].withUnsafeBytes { try refusing.write($0, at: 4096) }
            return false
        } catch {
            return (error as? FileError)?.code == .invalidArgument
        }
    }
}
