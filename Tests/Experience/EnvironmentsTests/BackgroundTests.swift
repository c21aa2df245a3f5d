import Environments
import Experience
import Foundation
import TestSupport
import Testing

private let hasPython = (try? PythonInterpreter.find(nil)) != nil

/// A picture of one colour as a Windows bitmap.
private func bitmap(_ side: Int, red: UInt8, green: UInt8, blue: UInt8) -> Data {
    func word(_ value: Int, _ bytes: Int) -> [UInt8] {
        (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let row = (0..<side).flatMap { _ in [blue, green, red] }
    let pixels = (0..<side).flatMap { _ in row + [UInt8](repeating: 0, count: (4 - row.count % 4) % 4) }
    let header = Array("BM".utf8) + word(54 + pixels.count, 4) + word(0, 4) + word(54, 4)
    let information = word(40, 4) + word(side, 4) + word(side, 4) + word(1, 2) + word(24, 2) + word(0, 4)
    return Data(header + information + word(pixels.count, 4) + word(0, 16) + pixels)
}

@Suite(.blocking, .timeLimit(.minutes(5))) struct BackgroundTests {
    let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        for (name, color) in [("red", (250, 0, 0)), ("green", (0, 250, 0))] as [(String, (UInt8, UInt8, UInt8))] {
            try FileManager.default.createDirectory(atPath: folder(name + "/below"), withIntermediateDirectories: true)
            try bitmap(10, red: color.0, green: color.1, blue: color.2).write(
                to: URL(fileURLWithPath: folder(name + "/below/picture.BMP")))
            try Data("no picture".utf8).write(to: URL(fileURLWithPath: folder(name + "/notes.txt")))
        }
    }

    private func options(_ shown: String?, _ kept: String?) -> EnvironmentOptions {
        EnvironmentOptions(backgrounds: shown.map { folder($0) }, evaluationBackgrounds: kept.map { folder($0) })
    }

    private func pictures(
        _ purpose: EnvironmentPurpose, _ options: EnvironmentOptions, seed: UInt64 = 1, steps: Int = 5
    ) throws -> [[UInt8]] {
        let environment = try EnvironmentRegistry.make(
            "dmc/cartpole-swingup", options: options, purpose: purpose, seed: seed)
        defer { environment.close() }
        var pictures = [try environment.reset().image]
        for _ in 0..<steps { pictures.append(try environment.step(Action([0.5])).image) }
        return pictures
    }

    /// Share of the pixels that have exactly this colour.
    private func share(_ image: [UInt8], _ color: [UInt8]) -> Double {
        let pixels = image.count / 3
        return Double((0..<pixels).count { Array(image[3 * $0..<3 * $0 + 3]) == color }) / Double(pixels)
    }

    /// Sky and floor are replaced, cart and pole are not; evaluations have the other folder.
    @Test(.enabled(if: hasPython)) func picturesStandBehindTheTask() throws {
        let options = options("red", "green")
        let (trained, evaluated) = (try pictures(.training, options), try pictures(.evaluation, options))
        let plain = try pictures(.training, EnvironmentOptions())
        for index in trained.indices {
            let behind = share(trained[index], [250, 0, 0])
            #expect(behind > 0.8 && behind < 0.995, "\(behind)")
            #expect(share(evaluated[index], [0, 250, 0]) == behind && share(plain[index], [250, 0, 0]) == 0)
            // What is left is what the task draws.
            for pixel in 0..<64 * 64 where trained[index][3 * pixel..<3 * pixel + 3] != [250, 0, 0] {
                #expect(trained[index][3 * pixel..<3 * pixel + 3] == plain[index][3 * pixel..<3 * pixel + 3])
            }
        }
    }

    /// A frame a step, from a place that the seed draws.
    @Test(.enabled(if: hasPython)) func videosMoveAndFollowTheSeed() throws {
        try FileManager.default.createDirectory(atPath: folder("video"), withIntermediateDirectories: true)
        let script = """
            import cv2, numpy, sys
            video = cv2.VideoWriter(sys.argv[1], cv2.VideoWriter_fourcc(*"MJPG"), 10, (64, 64))
            for frame in range(12):
                video.write(numpy.full((64, 64, 3), 20 * frame, numpy.uint8))
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try PythonInterpreter.find(nil))
        process.arguments = ["-c", script, folder("video/gray.avi")]
        try process.run()
        process.waitUntilExit()
        // The corner is sky.
        func corners(_ seed: UInt64) throws -> [Int] {
            try pictures(.training, options("video", "green"), seed: seed, steps: 30).map { (Int($0[0]) + 10) / 20 }
        }
        let first = try corners(3)
        #expect(try corners(3) == first)
        #expect(zip(first, first.dropFirst()).allSatisfy { abs($0 - $1) == 1 }, "\(first)")
        #expect(first.max() == 11 && first.min() == 0, "it turns round at its ends: \(first)")
        let starts = try (3..<9).map { try corners($0)[0] }
        #expect(Set(starts).count > 1)
    }

    @Test func foldersGoTogetherAndDiffer() throws {
        func message(_ options: EnvironmentOptions, _ name: String = "dmc/cartpole-swingup") throws -> String {
            let error = try #require(throws: EnvironmentError.self) {
                try EnvironmentRegistry.resolve(options, for: name)
            }
            return "\(error)"
        }
        #expect(try message(options("red", nil)).contains("go together"))
        #expect(try message(options(nil, "red")).contains("go together"))
        #expect(try message(options("red", "red")).contains("must be another folder"))
        #expect(try message(options("red", "green"), "catch").contains("catch has no option backgrounds"))
        var blind = options("red", "green")
        blind.observe = .vector
        #expect(try message(blind).contains("needs images"))
    }

    @Test(.enabled(if: hasPython)) func aFolderWithoutPicturesIsNamed() throws {
        try FileManager.default.createDirectory(atPath: folder("empty"), withIntermediateDirectories: true)
        for (name, words) in [("empty", "holds no backgrounds"), ("nowhere", "there is no folder of backgrounds")] {
            let error = try #require(throws: EnvironmentError.self) { try pictures(.training, options(name, "green")) }
            #expect("\(error)".contains(words) && "\(error)".contains(folder(name)), "\(error)")
        }
    }
}

@Suite(.blocking, .enabled(if: hasPython), .timeLimit(.minutes(5))) struct CrafterAchievementTests {
    /// In the game's own names, and only of the episode that has ended.
    @Test func achievementsAreThoseOfTheEpisode() throws {
        let environment = try EnvironmentRegistry.make(
            "crafter", options: EnvironmentOptions(timeLimit: 300), seed: 3)
        defer { environment.close() }
        let all = EnvironmentRegistry.achievements(of: "crafter")
        #expect(all.count == 22 && all == all.sorted())
        func episode(_ action: (Int) -> Int) throws -> [String] {
            _ = try environment.reset()
            var step = 0
            while !(try environment.step(.oneHot(action(step), of: 17))).flags.contains(.last) { step += 1 }
            return try environment.achieved().names(of: all)
        }
        // Walking about and doing things finds something within 300 steps; standing still finds nothing.
        let busy = try episode { [1, 3, 5, 2, 5, 4, 5, 5, 3, 5, 13][($0 / 2) % 11] }
        #expect(!busy.isEmpty, "\(busy)")
        #expect(try episode { _ in 0 }.isEmpty)
    }

    @Test func otherTasksHaveNone() {
        #expect(EnvironmentRegistry.achievements(of: "catch").isEmpty)
        #expect(EnvironmentRegistry.achievements(of: "atari/pong").isEmpty)
    }
}
