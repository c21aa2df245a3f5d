import Foundation
import Measurements
import Networks
import Runs
import TestSupport
import Testing

@testable import LearnerService

@Suite(.blocking, .serialized, .timeLimit(.minutes(5))) struct TrainingPicturesTests {
    /// In lockstep a run is its seed's: pictures after each step must not change a bit of it.
    @Test(arguments: ["dreamerv3", "dymodreamer", "mudreamer"])
    func picturesChangeNothingThatIsTrained(agent: String) throws {
        let settings = ["agent.agent=\(agent)"]
        let with = try StoredRun(settings + ["learner.picture_seconds=1e-9"])
        let without = try StoredRun(settings + ["learner.picture_seconds=0"])
        #expect(try with.train(pictureRest: 0) && without.train())
        let (a, b) = (try Self.checkpoint(with), try Self.checkpoint(without))
        #expect(a.archive.names == b.archive.names)
        for name in a.archive.names {
            #expect(try a.archive.floats(name) == b.archive.floats(name), "\(name)")
        }
        #expect(a.state.noise == b.state.noise && a.state.sampler == b.state.sampler)
        #expect(Self.names(without).isEmpty)

        let names = Self.names(with)
        for kind in ["mask", "reconstruction", "openloop", "imagination"] {
            let files = names.filter { $0.hasPrefix(kind) }
            #expect(files.contains("\(kind)-00000048.png") && files.contains("\(kind)-00000048.gif"), "\(names)")
            #expect(files.count <= 2 * PictureWriter.kept)
        }
        let openLoop = try #require(with.pictures.first { $0.picture == "openloop" && $0.trainSteps == 48 })
        #expect(openLoop.png == "pictures/openloop-00000048.png")
        #expect(try #require(openLoop.inside) > 0 && openLoop.frozen != nil)
    }

    /// Whatever the interval says, looking takes its share of training's time and no more.
    @Test func looksAreFarApartWhereTheyTakeLong() throws {
        let run = try StoredRun(["learner.picture_seconds=1e-9"])
        #expect(try run.train(pictureRest: 1_000_000))
        // After the first step, unless the machine is too busy to draw that, and at the end.
        let masks = Self.names(run).filter { $0.hasPrefix("mask") && $0.hasSuffix(".png") }
        #expect(masks.last == "mask-00000048.png" && masks.dropLast().allSatisfy { $0 == "mask-00000001.png" })
    }

    /// What a process that was killed has left half-written goes, and nothing else does.
    @Test func halfWrittenPicturesGo() throws {
        let run = try StoredRun(["learner.picture_seconds=3600"])
        try FileManager.default.createDirectory(at: run.directory.pictures, withIntermediateDirectories: true)
        for name in ["mask-00000001.png.partial", "mask-00000001.png"] {
            try Data("half".utf8).write(to: run.directory.pictures.appendingPathComponent(name))
        }
        #expect(try run.train())
        let masks = Self.names(run).filter { $0.hasPrefix("mask") }
        #expect(masks == ["mask-00000001.png", "mask-00000048.gif", "mask-00000048.png"])
    }

    /// What cannot be drawn is left out: without a decoder there is only the mask.
    @Test func anAgentWithoutDecoderShowsItsMask() throws {
        let run = try StoredRun(["agent.reconstruction=none", "learner.picture_seconds=3600"])
        #expect(try run.train())
        #expect(Self.names(run) == ["mask-00000048.gif", "mask-00000048.png"])
    }

    private static func checkpoint(_ run: StoredRun) throws -> Checkpoint.Whole {
        try #require(try Checkpoint.newest(in: run.directory.checkpoints))
    }

    private static func names(_ run: StoredRun) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: run.directory.pictures.path)) ?? []).sorted()
    }
}
