import DiskAttacks
import Foundation
import TestSupport
import Testing

/// Records everything that is done to the files of a replay, and rebuilds from it what a disk may hold after a power loss.
@Suite(.blocking, .timeLimit(.minutes(15))) struct PowerLossTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory(inMemory: true)
    }

    private static let isLong = ProcessInfo.processInfo.environment["DREAMER_SLOW_TESTS"] != nil
    private static let trajectories = isLong ? 800 : 120
    private static let points = isLong ? 400 : 16

    private func record(trajectories: Int, failing: Bool = false) throws -> DiskRecording {
        let run = directory("run")
        let log = directory.file("log")
        let failing = failing ? ["failing"] : []
        let ending = try HelperProgram("ReplayDiskHelper").run(["record", run, log.path, "\(trajectories)"] + failing)
        try #require(ending.status == 0, "\(ending.output)")
        return try DiskRecording(log: log)
    }

    private func states(
        _ recording: DiskRecording, points: Int, losses: [PowerLoss] = PowerLoss.allCases
    ) throws -> [CrashCheck.State] {
        try CrashCheck(scratch: directory.url).run(recording, points: points, losses: losses, seed: 1)
    }

    @Test(arguments: [false, true])
    func whatIsAcknowledgedIsThere(flushesFail: Bool) throws {
        let recording = try record(trajectories: Self.trajectories, failing: flushesFail)
        try expectEverything(in: recording, flushesFail: flushesFail)
        let states = try states(recording, points: Self.points)
        #expect(states.count >= (Self.isLong ? 1000 : 48))
        for state in states { #expect(state.problem == nil, "\(state)") }
        #expect(states.last?.promises.stored == Self.trajectories)
        print("power loss: \(states.count) states of \(recording.records.count) calls looked at")
    }

    /// While a replay is being made, at each moment.
    @Test func theFirstStartMayBeCutShort() throws {
        let recording = try record(trajectories: 2)
        let states = try states(recording, points: recording.records.count, losses: [.nothing, .everything])
        for state in states { #expect(state.problem == nil, "\(state)") }
        #expect(states.contains { $0.promises.stored == 0 } && states.last?.promises.stored == 2)
    }

    /// A process that was killed in the middle of a commit leaves it in SQLite's log, perhaps not on disk: nothing may be
    /// done that follows from it before it is.
    @Test func whatOpeningFindsIsFlushedFirst() throws {
        var (log, payloads) = (Set<Int>(), Set<Int>())
        var (isFlushed, changes) = (true, 0)
        for record in try record(trajectories: 60).records {
            switch record {
            case .create(let file, "replay.sqlite-wal"): log.insert(file)
            case .create(let file, let path) where path.hasSuffix(".payloads"): payloads.insert(file)
            case .flush(let file) where log.contains(file): isFlushed = true
            case .write(let file, _, _) where log.contains(file): isFlushed = false
            case .truncate(let file, _) where payloads.contains(file):
                #expect(isFlushed)
                changes += 1
            default: break
            }
        }
        #expect(changes > 0)
    }

    /// The recording is worth its name: what is rare has happened.
    private func expectEverything(in recording: DiskRecording, flushesFail: Bool) throws {
        var (payloadFiles, removedPayloadFiles, replaced, intoDatabase, failed) = (0, 0, 0, 0, 0)
        var database = 0
        for record in recording.records {
            switch record {
            case .create(_, let path) where path.hasSuffix(".payloads"): payloadFiles += 1
            case .create(let file, "replay.sqlite"): database = file
            case .write(database, _, _): intoDatabase += 1
            case .remove(let path) where path.hasSuffix(".payloads"): removedPayloadFiles += 1
            case .rename: replaced += 1
            case .failedFlush: failed += 1
            default: break
            }
        }
        #expect(payloadFiles >= 3 && removedPayloadFiles >= 1 && replaced >= 10 && intoDatabase >= 50)
        #expect((failed > 0) == flushesFail)
    }

    /// A disk that only says that it flushes is found out, so the test above can fail.
    @Test func aDiskThatDoesNotFlushIsNoticed() throws {
        let recording = try record(trajectories: 60).ignoringFlushes { _ in true }
        let states = try states(recording, points: 12, losses: [.nothing])
        for state in states where state.promises.stored > 0 { #expect(state.problem != nil) }
        #expect(states.contains { $0.promises.stored > 0 })
    }

    /// The same where only the files of large payloads are not flushed: their trajectories are named as missing.
    @Test(arguments: [PowerLoss.nothing, .chance])
    func payloadsThatAreNotFlushedAreNoticed(loss: PowerLoss) throws {
        let recording = try record(trajectories: 60).ignoringFlushes { $0.hasSuffix(".payloads") }
        let states = try states(recording, points: 12, losses: [loss])
        for state in states where state.promises.stored > 1 { #expect(state.problem != nil) }
        #expect(states.contains { $0.promises.stored > 1 })
    }

    /// And where the names of new files are not.
    @Test func namesThatAreNotFlushedAreNoticed() throws {
        let recording = try record(trajectories: 60).ignoringFlushes { $0 == "" || $0 == "checkpoints" }
        let states = try states(recording, points: 12, losses: [.nothing])
        for state in states where state.promises.stored > 0 { #expect(state.problem != nil) }
    }
}
