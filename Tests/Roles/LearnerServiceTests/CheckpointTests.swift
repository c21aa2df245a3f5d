import AgentChoice
import Agents
import Diagnostics
import Foundation
import Logging
import Networks
import Numbers
import Runs
import Settings
import TestSupport
import Testing

@testable import LearnerService

/// Checkpoints on a disk that damages them.
@Suite(.blocking, .timeLimit(.minutes(10))) struct CheckpointTests {
    private let run: StoredRun
    private var directory: URL { run.directory.checkpoints }
    private var files: [URL] { Checkpoint.files(in: directory) }

    /// A run that is complete, with its last two checkpoints.
    init() throws {
        run = try StoredRun([
            "learner.checkpoint_seconds=0.001", "agent.deter=8", "agent.hidden=8", "agent.cnn_depth=2",
        ])
        #expect(try run.train())
    }

    private func restore(_ log: Recorded = Recorded()) throws -> Checkpoint.State? {
        try Checkpoint.restore(
            Agent(run.configuration.agent, threads: 1), from: directory,
            logger: Logger(label: "test") { _ in RecordingHandler(recorded: log) })
    }

    private func flip(_ url: URL, _ offset: Int) throws {
        let file = try FileHandle(forUpdating: url)
        try file.seek(toOffset: UInt64(offset))
        let byte = try #require(try file.read(upToCount: 1)?.first)
        try file.seek(toOffset: UInt64(offset))
        try file.write(contentsOf: Data([byte ^ 1 << UInt8(offset % 8)]))
        try file.close()
    }

    /// Wherever a bit is wrong, in numbers, names or the checksum itself, the checkpoint before is taken.
    @Test func everyFlippedBitIsNoticed() throws {
        #expect(files.count == 2)
        let whole = try Data(contentsOf: files[1])
        let header = 8 + whole.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        var random = SplitMix64(seed: 5)
        // The metadata stand first.
        let places =
            Array(0..<64) + (0..<100).map { _ in random.below(1500) } + (0..<50).map { _ in random.below(header) }
            + (0..<150).map { _ in random.below(whole.count) }
        for place in places {
            try flip(files[1], place)
            let found = try #require(try Checkpoint.newest(in: directory))
            #expect(found.url == files[0] && found.damaged.map(\.url) == [files[1]], "byte \(place)")
            try flip(files[1], place)
        }
        #expect(try Data(contentsOf: files[1]) == whole)
        #expect(try Checkpoint.newest(in: directory)?.url == files[1])
    }

    @Test(arguments: [true, false]) func aDamagedOneFallsBackByItself(isCut: Bool) throws {
        let (before, newest) = (files[0], files[1])
        if isCut { #expect(truncate(newest.path, 1000) == 0) } else { try flip(newest, 5000) }
        let log = Recorded()
        let state = try #require(try restore(log))
        #expect(state.trainSteps == 47)
        #expect(log.lines.count == 1)
        let line = log.lines.first ?? ""
        #expect(line.hasPrefix(newest.path) && line.contains("goes back to the checkpoint before, 0000000047"))
        // It is kept for whoever wants to look, and stands in nobody's way.
        #expect(files == [before] && FileManager.default.fileExists(atPath: newest.path + ".damaged"))
        #expect(try PolicyCheckpoint(.newest, in: run.directory).trainSteps == 47)
        // The run goes on and keeps its newest two.
        #expect(try run.train())
        #expect(files.map(\.lastPathComponent) == ["0000000047.safetensors", "0000000048.safetensors"])
    }

    @Test func whoPlaysFallsBackToo() throws {
        try flip(files[1], 5000)
        let policy = try PolicyCheckpoint(.newest, in: run.directory)
        #expect(policy.trainSteps == 47 && policy.notices.count == 1)
        #expect(policy.notices.first?.hasSuffix("the checkpoint before plays, 0000000047.safetensors") == true)
        #expect(files.count == 2)
    }

    @Test func whereAllAreDamagedNothingIsRemoved() throws {
        for file in files { try flip(file, 5000) }
        let before = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
        let error = #expect(throws: UserError.self) { try restore() }
        #expect(error?.message.hasPrefix("all checkpoints in \(directory.path) are damaged (\(files[1].path)") == true)
        #expect(error?.message.contains("\n") == false)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() == before)
    }

    /// Whole, but of another agent: nothing is wrong with the file, and nothing is said about removing it.
    @Test func whatDoesNotFitIsNotDamaged() throws {
        var other = run.configuration.agent
        other.hidden = 16
        let log = Recorded()
        let error = #expect(throws: UserError.self) {
            try Checkpoint.restore(
                Agent(other, threads: 1), from: directory,
                logger: Logger(label: "test") { _ in RecordingHandler(recorded: log) })
        }
        #expect(error?.message.hasPrefix("\(files[1].path) does not fit this run: ") == true)
        #expect(error?.message.contains("remove") == false && log.lines.isEmpty && files.count == 2)
    }

    @Test func whatAKilledLearnerHalfWroteIsRemoved() throws {
        let names = ["0000000012.safetensors.partial", "0000000099.safetensors.partial"]
        for name in names { try Data([1, 2, 3]).write(to: directory.appending(path: name)) }
        #expect(try restore()?.trainSteps == 48)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).count == 2)
    }

    /// Those of earlier releases have no checksum.
    @Test func earlierOnesLoadWithANotice() throws {
        let newest = files[1]
        try Archive(contentsOf: newest).write(to: newest)
        let log = Recorded()
        #expect(try restore(log)?.trainSteps == 48)
        #expect(log.lines.count == 1 && log.lines.first?.contains("has no checksum") == true)
    }
}
