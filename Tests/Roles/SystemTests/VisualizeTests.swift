import Foundation
import PictureReaders
import Pictures
import TestSupport
import Testing

/// Pictures as the program draws them.
@Suite(.timeLimit(.minutes(5))) struct VisualizeTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// Masks need no run. Ball and paddle move, and nothing else; what does not, o′ leaves out.
    @Test func masksOfATaskShowWhatMoves() async throws {
        try await drawMasks(["--env", "catch", "--seed", "3"])
    }

    /// Real Pong: ball and players.
    @Test(.enabled(if: Program.python != nil, "there is no Python with Atari's games")) func masksOfPong() async throws
    {
        let python = try #require(Program.python)
        try await drawMasks(["--env", "atari/pong", "--start", "40", "--python", python])
    }

    private func drawMasks(_ arguments: [String]) async throws {
        let out = directory("masks")
        let child = try Child(["visualize", "mask", "--out", out, "--steps", "7"] + arguments)
        #expect(try await child.end() == .init(status: 0), "\(child.transcript)")
        #expect(child.output == ["\(out)/mask.png", "\(out)/mask.gif"])
        let strip = try Strip(Files.bytes("\(out)/mask.png"))
        #expect(GIFReader.frames(try Files.bytes("\(out)/mask.gif")).count == strip.columns)
        #expect(strip.columns >= 8)
        let frames = (0..<strip.columns).map { strip.frame(row: 0, column: $0) }
        for column in 1..<strip.columns {
            let (now, before) = (frames[column], frames[column - 1])
            let (mask, differential) = (strip.frame(row: 1, column: column), strip.frame(row: 2, column: column))
            let moved = now.indices.filter { now[$0] != before[$0] }
            #expect(moved.allSatisfy { mask[$0] == 255 })
            #expect(mask.allSatisfy { $0 == 0 || $0 == 255 })
            #expect(differential == zip(now, mask).map { $1 == 255 ? $0 : 0 })
            #expect(mask.count { $0 != 0 } < mask.count / 5, "the background stands still")
        }
        let moving = (1..<strip.columns).count { strip.frame(row: 1, column: $0).contains(255) }
        #expect(moving >= strip.columns / 2)
    }

    @Test func mistakesAreOneLine() async throws {
        expect(try await mistake(["visualize", "openloop"]), says: "name a run with --logdir")
        expect(try await mistake(["visualize", "masks"]), says: "masks", "openloop")
        expect(
            try await mistake(["visualize", "mask", "--env", "catch", "--episodes", "0"]), says: "--episodes must be")
        expect(
            try await mistake(["visualize", "mask", "--env", "catch", "--start", "500", "--out", directory("out")]),
            says: "episodes has", "too few for --start 500")
        #expect(!FileManager.default.fileExists(atPath: directory("out")))
    }
}

extension SlowTests {
    /// Pictures of runs: those that a learner makes, those that are asked for, and a film of an exported policy.
    @Suite(.timeLimit(.minutes(15))) struct PicturesOfRunsTests {
        private static let kinds = ["mask", "reconstruction", "openloop", "imagination"]

        private struct Numbers: Decodable {
            struct Errors: Decodable {
                let step: Int
                let frames: Int
                let inside: Double?
                let outside: Double?
            }
            let train_steps: Int
            let all: Errors
            let steps: [Errors]
        }

        @Test(arguments: ["dreamerv3", "dymodreamer", "mudreamer"]) func aRunIsSeen(agent: String) async throws {
            let directory = try TemporaryDirectory()
            let logdir = directory("run")
            let train = try Child(
                ["train", "--agent", agent]
                    + Tiny.options(
                        logdir, steps: 200, settings: ["learner.tensorboard=true", "learner.picture_seconds=0.5"]))
            #expect(try await train.end(within: .seconds(200)) == .init(status: 0), "\(train.transcript)")
            let made = try FileManager.default.contentsOfDirectory(atPath: logdir + "/pictures")
            for kind in Self.kinds {
                #expect(made.contains { $0.hasPrefix("\(kind)-") && $0.hasSuffix(".png") }, "\(made)")
                try await draw(kind, logdir)
            }
            let files = try FileManager.default.contentsOfDirectory(atPath: logdir)
            #expect(files.contains { $0.hasPrefix("events.out.tfevents.") })
            try await film(logdir, directory)
        }

        /// The same episodes with the same seeds, and so the same files.
        private func draw(_ kind: String, _ logdir: String) async throws {
            let places = [logdir + "/visualize", logdir + "/again"]
            for (place, out) in zip(places, [[], ["--out", places[1]]]) {
                let child = try Child(["visualize", kind, "--logdir", logdir, "--episodes", "3"] + out)
                #expect(try await child.end() == .init(status: 0), "\(child.transcript)")
                #expect(child.output.first == "\(place)/\(kind).png", "\(child.transcript)")
                #expect(
                    child.output.last.map { $0.contains("squared error") } == (kind == "openloop"),
                    "\(child.transcript)")
            }
            let endings = kind == "openloop" ? ["png", "gif", "json", "csv"] : ["png", "gif"]
            for ending in endings {
                let both = try places.map { try Files.bytes("\($0)/\(kind).\(ending)") }
                #expect(both[0] == both[1])
            }
            // What the policy imagines goes on where the episode would have ended.
            let frames = GIFReader.frames(try Files.bytes("\(places[0])/\(kind).gif")).count
            #expect(kind == "imagination" ? frames == 69 : (6...12).contains(frames))
            guard kind == "openloop" else { return }
            let text = try Data(contentsOf: URL(fileURLWithPath: "\(places[0])/openloop.json"))
            let numbers = try JSONDecoder().decode(Numbers.self, from: text)
            #expect(numbers.train_steps > 0 && numbers.steps.count == frames - 5)
            #expect(numbers.steps[0].frames == 3 && numbers.all.frames == 3 * numbers.steps.count)
            #expect(try #require(numbers.all.inside) > 0 && numbers.all.outside != nil)
        }

        private func film(_ logdir: String, _ directory: TemporaryDirectory) async throws {
            let export = try Child(["export", "--logdir", logdir, "--out", directory("policy")])
            #expect(try await export.end() == .init(status: 0), "\(export.transcript)")
            let act = try Child(
                [
                    "act", "--weights", directory("policy") + "/policy.safetensors", "--env", "catch", "--episodes",
                    "2",
                    "--gif", directory("film.gif"), "--json",
                ])
            #expect(try await act.end() == .init(status: 0), "\(act.transcript)")
            struct Played: Decodable { let lengths: [Int] }
            let text = Data(act.output.joined(separator: "\n").utf8)
            let played = try JSONDecoder().decode(Played.self, from: text)
            let frames = GIFReader.frames(try Files.bytes(directory("film.gif")))
            #expect(frames.count == played.lengths[0] + 1 && frames[0] != frames[frames.count - 1])
        }
    }
}

private enum Files {
    static func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }
}

/// A picture with steps side by side and a row for each thing that is shown of frames of 64 × 64, magnified by 2.
private struct Strip {
    private static let (side, advance, top, left) = (64, 134, 22, 50)
    private let pixels: [UInt8]
    private let width: Int

    init(_ file: [UInt8]) {
        pixels = PNGReader.pixels(file)
        width = Int(file[18]) << 8 | Int(file[19])
    }

    var columns: Int { (width - Self.left) / Self.advance }

    /// [64, 64, 3].
    func frame(row: Int, column: Int) -> [UInt8] {
        let (x, y) = (Self.left + column * Self.advance, Self.top + row * Self.advance)
        return (0..<Self.side * Self.side).flatMap { place in
            let pixel = (y + 2 * (place / Self.side)) * width + x + 2 * (place % Self.side)
            return pixels[3 * pixel..<3 * pixel + 3]
        }
    }
}
