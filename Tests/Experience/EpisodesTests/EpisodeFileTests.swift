import Experience
import Foundation
import Replay
import TestSupport
import Testing
import TrajectoryCodec

@testable import Episodes

@Suite(.blocking) struct EpisodeFileTests {
    private let directory: TemporaryDirectory
    private let shape = StepShape(
        image: ImageShape(height: 4, width: 4, channels: 1), vectorCount: 1, actionCount: 2)

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func write(_ bytes: [UInt8], _ name: String = "file.npz") throws -> String {
        let path = directory(name)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// NumPy's `savez_compressed` has written it: two episodes, one choice of two as an int32, a float64 beside the image.
    @Test func whatNumpyHasWrittenIsRead() throws {
        let path = try write(PackageResources.numpy_npz)
        let steps = try EpisodeFile.read(path, shape: shape, vectors: ["speed"])
        #expect(steps.images == (0..<96).map { UInt8($0 / 3 % 251) })
        #expect(steps.vectors == [0.25, 1, 2, 3, 4, 5] && steps.rewards == [0, 0.5, 1, 0, -2, 3])
        // What was chosen at a step leads to the next, and nothing to an episode's first.
        #expect(steps.actions == [0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0])
        #expect(steps.flags == [.first, [], [.last, .terminal], .first, [], []])
    }

    @Test func whatDoesNotFitIsNamed() throws {
        let path = try write(PackageResources.numpy_npz)
        func message(_ shape: StepShape, _ vectors: [String] = ["speed"]) -> String {
            #expect(throws: EpisodeFileError.self) {
                try EpisodeFile.read(path, shape: shape, vectors: vectors)
            }?.message ?? ""
        }
        var other = shape
        other.image.channels = 3
        #expect(message(other) == "\(path): image is |u1 [6, 4, 4, 1], the run has |u1 [6, 4, 4, 3]")
        other = shape
        other.actionCount = 1
        #expect(message(other).hasSuffix("action is 1.0, the run has choices 0 to 0"))
        #expect(message(shape, ["vector"]).contains("there is no vector: it holds action, image, is_first"))
        #expect(message(shape, ["noise"]).contains("noise has the shape [4000]"))
        other.vectorCount = 2
        #expect(message(other).contains("speed have 1 numbers a step, the run has 2"))
    }

    /// Wherever a bit is wrong, a file is refused or says the same.
    @Test func damageIsNoticed() throws {
        let whole = try EpisodeFile.read(write(PackageResources.numpy_npz), shape: shape, vectors: ["speed"])
        var refused = 0
        for place in stride(from: 0, to: PackageResources.numpy_npz.count, by: 7) {
            var bytes = PackageResources.numpy_npz
            bytes[place] ^= 1 << UInt8(place % 8)
            guard let steps = try? EpisodeFile.read(write(bytes), shape: shape, vectors: ["speed"]) else {
                refused += 1
                continue
            }
            #expect(steps == whole, "byte \(place)")
        }
        #expect(refused > 300)
        for length in stride(from: 0, to: PackageResources.numpy_npz.count, by: 101) {
            let path = try write(Array(PackageResources.numpy_npz[..<length]))
            #expect(throws: EpisodeFileError.self) { try EpisodeFile.read(path, shape: shape, vectors: ["speed"]) }
        }
    }

    private func steps(_ count: Int, episodes length: Int) -> Trajectory {
        var steps = Trajectory(shape)
        for step in 0..<count {
            let place = step % length
            let flags: StepFlags = place == 0 ? .first : place == length - 1 ? [.last, .terminal] : []
            steps.append(
                Observation(
                    image: (0..<16).map { UInt8(truncatingIfNeeded: $0 * step) }, vector: [Float(step) / 3],
                    reward: Float(step), flags: flags),
                action: place == 0 ? .none(2) : .oneHot(step % 2, of: 2), policyVersion: 0)
        }
        return steps
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        let steps = steps(12, episodes: 12)
        let path = try write(EpisodeFile.bytes(of: steps))
        #expect(try EpisodeFile.read(path, shape: shape, vectors: ["vector"]) == steps)
    }

    private func store(_ name: String) throws -> ReplayStore {
        try ReplayStore(directory: directory(name), shape: shape, capacitySteps: 1000)
    }

    private func all(_ store: ReplayStore) throws -> Trajectory {
        var (ids, all) = ([Int64](), Trajectory(shape))
        try store.forEachRecord { ids.append($0.id) }
        for trajectory in try store.trajectories(ids) {
            all.append(try TrajectoryCoder.decode(try #require(trajectory)))
        }
        return all
    }

    /// Every third episode goes elsewhere, whatever file it is in, and each stream has no gaps.
    @Test func episodesAreHeldOut() throws {
        let (store, apart) = (try store("trained"), try store("apart"))
        let steps = steps(70, episodes: 10)
        let files = [
            try write(EpisodeFile.bytes(of: steps[0..<40]), "a.npz"),
            try write(EpisodeFile.bytes(of: steps[40..<70]), "b.npz"),
        ]
        for round in 0..<2 {
            var episodes = try EpisodeImport(
                of: files, into: store, vectors: ["vector"], trajectorySteps: 4, keeping: .init(every: 3, in: apart))
            for file in files { _ = try episodes.add(file) }
            try episodes.finish()
            #expect(episodes.newSteps == (round == 0 ? 70 : 0))
        }
        #expect(try all(apart) == steps.joined([20..<30, 50..<60]))
        #expect(try all(store) == steps.joined([0..<20, 30..<50, 60..<70]))
        var next: [String: UInt64] = [:]
        for (name, store) in [("trained", store), ("apart", apart)] {
            var ids: [Int64] = []
            try store.forEachRecord { ids.append($0.id) }
            for trajectory in try store.trajectories(ids) {
                let header = try #require(trajectory).header
                #expect(header.position.firstStep == next[name, default: 0])
                next[name, default: 0] += UInt64(header.steps)
            }
        }
        #expect(next == ["trained": 50, "apart": 20])
        try store.close()
        try apart.close()
    }

    /// Out of one replay and into another one, twice: it holds the same steps, once.
    @Test func aReplayIsTakenElsewhere() throws {
        let one = try store("one")
        let steps = steps(40, episodes: 10)
        for part in 0..<5 {
            _ = try one.append([
                IncomingTrajectory(
                    key: TrajectoryKey(actor: "a", incarnation: 7, sequence: UInt64(part + 1)),
                    trajectory: TrajectoryCoder.encode(
                        steps[part * 8..<part * 8 + 8],
                        position: StreamPosition(environment: 0, firstStep: UInt64(part * 8))))
            ])
        }
        let folder = directory("files")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var export = EpisodeExport(of: one, to: folder)
        try export.run()
        #expect(export.episodes == 4 && export.steps == 40)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { folder + "/" + $0 }
        #expect(files.first?.hasSuffix("a-7-0-0000000000-10.npz") == true && files.count == 4)
        let other = try store("other")
        for round in 0..<2 {
            var episodes = try EpisodeImport(of: files, into: other, vectors: ["vector"], trajectorySteps: 4)
            for file in files { #expect(try episodes.add(file) == 10) }
            try episodes.finish()
            #expect(episodes.newSteps == (round == 0 ? 40 : 0))
        }
        #expect(try all(other) == steps)
        try one.close()
        try other.close()
    }
}

extension Trajectory {
    /// Some of its steps, one range after the other.
    fileprivate func joined(_ parts: [Range<Int>]) -> Trajectory {
        parts.reduce(into: Trajectory(shape)) { $0.append(self[$1]) }
    }
}
