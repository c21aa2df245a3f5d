import AgentChoice
import Experience
import Foundation
import Logging
import Measurements
import Networks
import Replay
import Runs
import Settings
import TestSupport
import Testing
import TrajectoryCodec

@testable import LearnerService

/// What earlier releases have left on disks is opened, sampled and gone on with. Each release adds its directory.
@Suite(.blocking, .timeLimit(.minutes(5))) struct ReleaseTests {
    private static let shape = StepShape(image: ImageShape(height: 16, width: 16, channels: 3), actionCount: 3)

    static var releases: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: fixtures.path).sorted()
        }
    }

    private static var fixtures: URL { Bundle.module.bundleURL.appending(path: "Fixtures") }

    /// A copy: opening brings it to the newest format.
    private func copy(_ release: String) throws -> (TemporaryDirectory, RunDirectory) {
        let directory = try TemporaryDirectory()
        let run = directory("run")
        try FileManager.default.copyItem(atPath: Self.fixtures.appending(path: release).path, toPath: run)
        return (directory, try RunDirectory(existing: run))
    }

    /// 16 trajectories of a game, and a large one of noise in a file beside.
    @Test(arguments: try releases) func theReplayIsWhole(release: String) throws {
        let (directory, run) = try copy(release)
        let store = try ReplayStore(directory: run.url.path, shape: Self.shape, capacitySteps: 1000)
        #expect(store.totals.trajectories == 17 && store.totals.steps == 346 && store.totals.insertedSteps == 346)
        #expect(store.damaged == 0 && store.storedThrough(actor: "noise", incarnation: 9) == 1)
        var ids: [Int64] = []
        try store.forEachRecord { ids.append($0.id) }
        #expect(ids == Array(1...17))
        let trajectories = try store.trajectories(ids)
        #expect(trajectories.allSatisfy { $0 != nil })
        #expect(trajectories.last??.header.steps == 90 && trajectories.last??.byteCount == 69_791)
        try store.close()
        withExtendedLifetime(directory) {}
    }

    /// It trains on from its checkpoint, half as long again.
    @Test(arguments: try releases) func theRunGoesOn(release: String) throws {
        let (directory, run) = try copy(release)
        var configuration = try #require(try run.configuration()).configuration
        configuration.replay.replayRatio = 6
        configuration.run.lockstep = false
        let c = configuration.agent
        let replay = try ReplayBuffer(
            directory: run.url.path, configuration: configuration.replayConfiguration, shape: Self.shape,
            training: SampleShape(sequences: c.batch, length: c.length))
        let log = Recorded()
        let status = TrainerStatus()
        let trainer = try Trainer(
            configuration: configuration, directory: run, replay: replay, measurements: MeasurementHub(),
            status: status, logger: Logger(label: "test") { _ in RecordingHandler(recorded: log) }, publish: { _, _ in }
        )
        #expect(status.snapshot.trainSteps == 49)
        #expect(log.lines.contains("changed since the checkpoint: replay_ratio was 4.0, is now 6.0"))
        #expect(try trainer.run())
        #expect(status.snapshot.trainSteps == configuration.trainingSteps(inserted: 346))
        #expect(status.snapshot.trainSteps > 80)
        try replay.close()
        withExtendedLifetime(directory) {}
    }

    /// A key that a later release has dropped, and a whole group: named once, and no reason to lose a run.
    @Test(arguments: try releases) func keysThatAreGoneAreNamedAndIgnored(release: String) throws {
        let (directory, run) = try copy(release)
        let file = run.configurationFile
        let written = try String(contentsOf: file, encoding: .utf8)
        let older = written.replacing("agent:\n", with: "agent:\n  gone_key: 1\n") + "gone: {a: {b: [1]}, c: 2}\n"
        try older.write(to: file, atomically: true, encoding: .utf8)
        let resumed = try #require(try ResumedRun(in: run.url.path))
        #expect(
            resumed.notices == [
                "\(file.path) has the keys agent.gone_key, gone.a.b, gone.c of another release, which are ignored"
            ])
        #expect(resumed.configuration == (try StoredConfiguration(.init(name: "", text: written)).configuration))
        #expect(try run.configuration()?.configuration == resumed.configuration)
        withExtendedLifetime(directory) {}
    }

    /// The same where a checkpoint holds the settings: the run goes on from it, with and without `config.yaml`.
    @Test(arguments: try releases) func checkpointsMayHaveKeysThatAreGone(release: String) throws {
        let (directory, run) = try copy(release)
        let stored = try #require(try run.configuration()).configuration
        let url = try #require(Checkpoint.files(in: run.checkpoints).last)
        var archive = try Archive(contentsOf: url)
        var state = try #require(try Checkpoint.newest(in: run.checkpoints)).state
        state.configuration = stored.yaml().replacing("agent:\n", with: "agent:\n  gone_key: 1\n")
        archive.metadata["state"] = String(decoding: try JSONEncoder().encode(state), as: UTF8.self)
        try archive.write(to: url, sealed: true)
        let replay = try ReplayBuffer(
            directory: run.url.path, configuration: stored.replayConfiguration, shape: Self.shape,
            training: SampleShape(sequences: stored.agent.batch, length: stored.agent.length))
        let status = TrainerStatus()
        _ = try Trainer(
            configuration: stored, directory: run, replay: replay, measurements: MeasurementHub(), status: status,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, publish: { _, _ in })
        #expect(status.snapshot.trainSteps == 49)
        try replay.close()
        try FileManager.default.removeItem(at: run.configurationFile)
        let resumed = try #require(try ResumedRun(in: run.url.path))
        #expect(resumed.configuration == stored)
        #expect(resumed.notices.count == 2 && resumed.notices[1].contains("the key agent.gone_key of another release"))
        withExtendedLifetime(directory) {}
    }
}
