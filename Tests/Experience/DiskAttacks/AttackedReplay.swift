import Experience
import Files
import Foundation
import GRDB
import Numbers
import Replay
import TrajectoryCodec

/// A replay so small that all there is to one happens within a few hundred trajectories: large and small payloads,
/// eviction, files of payloads that come and go, checkpoints of SQLite's log. Beside it, a file that is replaced whole.
public enum AttackedReplay {
    public static let shape = StepShape(image: ImageShape(height: 64, width: 64), actionCount: 2)
    private static let capacitySteps = 240
    private static let payloadFileBytes = 1 << 20
    private static let actor = "attacked"

    /// In the directory of the replay.
    private static let replaced = "checkpoints/newest"

    public static func open(_ directory: String) throws -> ReplayStore {
        let store = try ReplayStore(
            directory: directory, shape: shape, capacitySteps: capacitySteps, payloadFileBytes: payloadFileBytes)
        try store.withWriter { try $0.execute(sql: "PRAGMA wal_autocheckpoint = 32") }
        return store
    }

    // MARK: Trajectories

    public static func incoming(_ sequence: Int) -> IncomingTrajectory {
        IncomingTrajectory(
            key: TrajectoryKey(actor: actor, incarnation: 1, sequence: UInt64(sequence)),
            trajectory: trajectory(sequence))
    }

    /// Every other one is large enough for a file beside the database.
    static func steps(_ sequence: Int) -> Int { sequence.isMultiple(of: 2) ? 16 : 2 }

    private static let noise: [UInt8] = {
        var dice = SplitMix64(seed: 1)
        return (0..<1 << 17).flatMap { _ in withUnsafeBytes(of: dice.next(), Array.init) }
    }()

    private static func trajectory(_ sequence: Int) -> EncodedTrajectory {
        var trajectory = Trajectory(shape)
        for step in 0..<steps(sequence) {
            let start = (sequence * 7919 + step * 104_729) % (noise.count - shape.image.count)
            trajectory.append(
                Observation(
                    image: Array(noise[start..<start + shape.image.count]), reward: Float(sequence), flags: []),
                action: .none(2), policyVersion: 1)
        }
        return TrajectoryCoder.encode(
            trajectory, position: StreamPosition(environment: 0, firstStep: UInt64(firstStep(sequence))))
    }

    /// Tells the sequence number.
    private static func firstStep(_ sequence: Int) -> Int { 100 * sequence }

    // MARK: The file that is replaced

    /// - Throws: `FileError`.
    public static func replaceFile(_ number: Int, in directory: String) throws {
        try DurableFile.replace("\(directory)/\(replaced)", with: content(number))
    }

    private static func content(_ number: Int) -> [UInt8] {
        Array(String(repeating: "\(number)\n", count: 2000).utf8)
    }

    // MARK: What must be true

    /// What is wrong with the files in `directory`; nil where everything that was promised is there.
    public static func problem(in directory: String, after promises: Promises) -> String? {
        do {
            try checkFile(directory, promises.file)
            let store = try open(directory)
            defer { try? store.close() }
            try checkReplay(store, promises.stored)
            return nil
        } catch {
            return "\(error)"
        }
    }

    private struct Broken: Error, CustomStringConvertible {
        var description: String
    }

    private static func require(_ condition: Bool, _ problem: @autoclosure () -> String) throws {
        if !condition { throw Broken(description: problem()) }
    }

    private static func checkFile(_ directory: String, _ promised: Int) throws {
        guard let found = FileManager.default.contents(atPath: "\(directory)/\(replaced)") else {
            return try require(promised == 0, "\(replaced) is missing")
        }
        let number = Int(String(decoding: found.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)) ?? 0
        try require(number >= promised, "\(replaced) is number \(number), after \(promised)")
        try require(Array(found) == content(number), "\(replaced) is damaged")
    }

    private static func checkReplay(_ store: ReplayStore, _ promised: Int) throws {
        let newest = Int(store.storedThrough(actor: actor, incarnation: 1))
        try require(newest >= promised, "\(newest) are stored, \(promised) were acknowledged")
        let inserted = store.totals.insertedTrajectories
        try require(inserted == newest, "\(inserted) were counted, \(newest) are stored")
        let sound = try store.withWriter { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
        try require(sound == "ok", "the database is damaged: \(sound ?? "?")")
        try checkTrajectories(store, newest)
        // It goes on.
        _ = try store.append([incoming(newest + 1)])
        try checkTrajectories(store, newest + 1)
    }

    /// The newest ones that fit are there, once and unchanged, and no others.
    private static func checkTrajectories(_ store: ReplayStore, _ newest: Int) throws {
        var records: [TrajectoryRecord] = []
        try store.forEachRecord { records.append($0) }
        let expected = sequences(through: newest)
        try require(
            records.map { Int($0.firstStep) } == expected.map(firstStep), "\(records.count) of \(expected) are there")
        // Reading verifies the checksums of payloads, which the headers hold.
        let found = try store.trajectories(records.map(\.id))
        try require(found.map { $0?.header } == expected.map(Headers.shared.header), "some of \(expected) have changed")
    }

    private static func sequences(through newest: Int) -> [Int] {
        var steps = 0
        return (1..<newest + 1).reversed().prefix { sequence in
            steps += self.steps(sequence)
            return steps <= capacitySteps
        }.reversed()
    }
}
