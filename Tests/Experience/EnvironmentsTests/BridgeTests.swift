import Environments
import Experience
import Foundation
import Glibc
import Testing

/// Whether there is a Python with the environments' packages.
private let hasPython = (try? PythonInterpreter.find(nil)) != nil

@Suite(.enabled(if: hasPython, "needs `scripts/setup --envs`"))
struct BridgeTests {
    @Test func pongShowsSmallPicturesAndSixActions() throws {
        let environment = try EnvironmentRegistry.make("atari/pong", seed: 1)
        defer { environment.close() }
        #expect(environment.actionSpace == .discrete(6))
        #expect(environment.image == ImageShape(height: 64, width: 64))
        let first = try environment.reset()
        #expect(first.flags == .first && first.reward == 0 && first.image.count == 64 * 64 * 3)
        #expect(Set(first.image).count > 3)
        let shown = try randomPlay(environment, steps: 300)
        #expect(shown.dropFirst().allSatisfy { $0.flags == [] && abs($0.reward) <= 1 })
        #expect(shown.contains { $0.reward == -1 })
    }

    @Test func pongIsTheSameForTheSameSeedAndAnotherForAnother() throws {
        let options = EnvironmentOptions(timeLimit: 100)
        let environments = try EnvironmentRegistry.make("atari/pong", options: options, seeds: [5, 5, 6])
        defer { environments.forEach { $0.close() } }
        let plays = try environments.map { try randomPlay($0, steps: 200) }
        #expect(zip(plays[0], plays[1]).allSatisfy { $0.matches($1) })
        #expect(!zip(plays[0], plays[2]).allSatisfy { $0.matches($1) })
        // Episodes start after different numbers of no-ops.
        let starts = plays[0].filter { $0.flags == .first }.map(\.image)
        #expect(starts.count > 3 && Set(starts).count > 1)
    }

    @Test func atariTimeLimitIsLastButNotTerminal() throws {
        // The limit falls into the second action's frames.
        let options = EnvironmentOptions(timeLimit: 6)
        let environment = try EnvironmentRegistry.make("atari/pong", options: options, seed: 1)
        defer { environment.close() }
        for _ in 0..<2 {
            _ = try environment.reset()
            #expect(try environment.step(.oneHot(0, of: 6)).flags == [])
            #expect(try environment.step(.oneHot(0, of: 6)).flags == .last)
        }
    }

    @Test func aLostGameOfPongIsTerminal() throws {
        let environment = try EnvironmentRegistry.make("atari/pong", seed: 1)
        defer { environment.close() }
        var shown = try environment.reset()
        var total: Float = 0
        var steps = 0
        while !shown.flags.contains(.last) && steps < 27_000 {
            shown = try environment.step(.oneHot(0, of: 6))
            total += shown.reward
            steps += 1
        }
        #expect(shown.flags == [.last, .terminal] && total == -21)
    }

    @Test func losingALifeDoesNotEndAnEpisode() throws {
        let environment = try EnvironmentRegistry.make("atari/breakout", seed: 1)
        defer { environment.close() }
        _ = try environment.reset()
        var steps = 0
        var shown: Observation
        repeat {
            shown = try environment.step(.oneHot(steps % 20 == 0 ? 1 : 0, of: 4))
            steps += 1
        } while !shown.flags.contains(.last)
        // A ball that nobody hits is lost within about 30 steps.
        #expect(steps > 90 && shown.flags.contains(.terminal))
    }

    @Test func gymnasiumTasksAreRenderedAndContinuousActionsRescaled() throws {
        let cart = try EnvironmentRegistry.make(
            "gym/CartPole-v1", options: EnvironmentOptions(observe: .image), seed: 1)
        defer { cart.close() }
        #expect(cart.actionSpace == .discrete(2) && cart.vectorCount == 0)
        let play = try randomPlay(cart, steps: 60)
        #expect(play.contains { $0.flags == [.last, .terminal] })
        #expect(Set(play.map(\.image)).count > 10)

        let options = EnvironmentOptions(actionRepeat: 2, timeLimit: 10, observe: .image)
        let pendulum = try EnvironmentRegistry.make("gym/Pendulum-v1", image: 96, options: options, seed: 1)
        defer { pendulum.close() }
        #expect(pendulum.actionSpace == .continuous(1))
        #expect(try pendulum.reset().image.count == 96 * 96 * 3)
        let flags = try (0..<5).map { _ in try pendulum.step(Action([1])).flags }
        #expect(flags == [[], [], [], [], .last])
    }

    @Test func crafterIsPlayedUntilDeathOrTheLimit() throws {
        let environment = try EnvironmentRegistry.make("crafter", seed: 1)
        defer { environment.close() }
        #expect(environment.actionSpace == .discrete(17))
        // Whoever stands still starves or is killed at night, long before 10 000 steps.
        var shown = try environment.reset()
        #expect(shown.flags == .first && Set(shown.image).count > 10)
        var total: Float = 0
        for _ in 0..<3000 where !shown.flags.contains(.last) {
            shown = try environment.step(.oneHot(0, of: 17))
            total += shown.reward
        }
        #expect(shown.flags == [.last, .terminal] && total < 0)

        let options = EnvironmentOptions(timeLimit: 3)
        let limited = try EnvironmentRegistry.make("crafter", image: 72, options: options, seed: 7)
        defer { limited.close() }
        let play = try randomPlay(limited, steps: 6)
        #expect(play.map(\.flags).prefix(5) == [.first, [], [], .last, .first])
        #expect(play.allSatisfy { $0.image.count == 72 * 72 * 3 })
    }

    /// Long enough for creatures to come and go, in two processes.
    @Test func crafterFollowsItsSeed() throws {
        let plays = try [7, 7, 8].map { (seed: UInt64) in
            let environment = try EnvironmentRegistry.make("crafter", seed: seed)
            defer { environment.close() }
            return try randomPlay(environment, steps: 400)
        }
        #expect(zip(plays[0], plays[1]).allSatisfy { $0.matches($1) })
        #expect(!zip(plays[0], plays[2]).allSatisfy { $0.matches($1) })
    }

    @Test func controlTasksAreDrawnAndEndByTheLimit() throws {
        let options = EnvironmentOptions(timeLimit: 9)
        let environments = try EnvironmentRegistry.make("dmc/walker-walk", options: options, seeds: [3, 3, 4])
        defer { environments.forEach { $0.close() } }
        #expect(environments[0].actionSpace == .continuous(6))
        let plays = try environments.map { try randomPlay($0, steps: 14) }
        #expect(zip(plays[0], plays[1]).allSatisfy { $0.matches($1) })
        #expect(!zip(plays[0], plays[2]).allSatisfy { $0.matches($1) })
        // Actions are played for two frames; the limit is in the fifth.
        #expect(plays[0].map(\.flags).prefix(7) == [.first, [], [], [], [], .last, .first])
        #expect(plays[0].allSatisfy { $0.image.count == 64 * 64 * 3 && Set($0.image).count > 10 })
        #expect(plays[0].allSatisfy { (0...2).contains($0.reward) } && plays[0].contains { $0.reward > 0 })
    }

    @Test func controlTasksWithoutLimitsOfActionsAndLargePictures() throws {
        let environment = try EnvironmentRegistry.make("dmc/lqr-lqr_2_1", image: 600, seed: 1)
        defer { environment.close() }
        #expect(try environment.reset().image.count == 600 * 600 * 3)
        let reward = try environment.step(Action([0.3])).reward
        #expect(abs(reward) < 100)
    }

    /// The project's own cartpole follows these equations; its picture is another.
    @Test func controlRewardsAreThoseOfTheBuiltInTask() throws {
        let suite = try EnvironmentRegistry.make("dmc/cartpole-balance", seed: 1)
        defer { suite.close() }
        let own = try EnvironmentRegistry.make("cartpole/balance", seed: 1)
        let returns = try [suite, own].map { environment in
            _ = try environment.reset()
            return try (0..<20).reduce(Float(0)) { sum, _ in try sum + environment.step(Action([0])).reward }
        }
        // Start states are drawn by other generators, near each other.
        #expect(abs(returns[0] - returns[1]) < 4 && returns[0] > 30)
    }

    @Test func errorsOfAnEnvironmentAreOneLine() throws {
        #expect {
            try EnvironmentRegistry.make("gym/NoSuchTask-v0", seed: 1)
        } throws: {
            let text = "\($0)"
            return text.hasPrefix("the environment failed: NameNotFound") && !text.contains("\n")
        }
    }

    @Test func closingEndsTheProcessAfterItsLastEnvironment() throws {
        let environments = try EnvironmentRegistry.make("atari/pong", seeds: [1, 2])
        let bridged = try environments.map { try #require($0 as? BridgedEnvironment) }
        let process = try #require(bridged[0].processIdentifier)
        #expect(bridged[1].processIdentifier == process)
        bridged[0].close()
        bridged[0].close()
        _ = try bridged[1].reset()
        #expect(exists(process))
        bridged[1].close()
        #expect(!exists(process))
    }

    /// A child that held a socket of its parent would keep the port of a server that has ended.
    @Test func childrenHoldNothingOfTheirParents() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { Glibc.close(descriptor) }
        let environment = try #require(EnvironmentRegistry.make("atari/pong", seed: 1) as? BridgedEnvironment)
        defer { environment.close() }
        _ = try environment.reset()
        var status = stat()
        #expect(fstat(descriptor, &status) == 0)
        let process = try #require(environment.processIdentifier)
        let held = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/fd/\($0)")
        }
        #expect(held.count >= 3 && !held.contains("socket:[\(status.st_ino)]"))
    }

    @Test func forgettingAnEnvironmentEndsItsProcess() throws {
        let process: Int32
        do {
            let environment = try #require(EnvironmentRegistry.make("atari/pong", seed: 1) as? BridgedEnvironment)
            process = try #require(environment.processIdentifier)
            #expect(exists(process))
        }
        #expect(!exists(process))
    }

    @Test func aKilledProcessIsReportedAndNotLeftBehind() throws {
        let environment = try #require(EnvironmentRegistry.make("atari/pong", seed: 1) as? BridgedEnvironment)
        _ = try environment.reset()
        let process = try #require(environment.processIdentifier)
        kill(process, SIGKILL)
        for _ in 0..<2 {
            #expect {
                // The first step may be sent before the signal arrives.
                for _ in 0..<100 { _ = try environment.step(.oneHot(0, of: 6)) }
            } throws: {
                "\($0)" == "the environments' Python process was killed by signal 9"
            }
        }
        #expect(!exists(process))
        environment.close()
    }

    @Test func aProcessThatCannotStartSaysWhy() throws {
        // An interpreter that is none: it fails at once and says so on its standard error.
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("not-python-\(UUID())").path
        let script = "#!/bin/sh\necho first line >&2\necho no module named everything >&2\nexit 3\n"
        #expect(
            FileManager.default.createFile(
                atPath: file, contents: Data(script.utf8), attributes: [.posixPermissions: 0o755]))
        defer { try? FileManager.default.removeItem(atPath: file) }
        #expect {
            try EnvironmentRegistry.make("atari/pong", python: PythonHost(interpreter: file), seed: 1)
        } throws: {
            "\($0)"
                == "the environments' Python process exited with status 3: no module named everything"
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")))
    func aPythonWithoutThePackagesSaysWhatToRun() {
        // Not the virtual environment: with -I only what the system itself installed can be found.
        #expect {
            try EnvironmentRegistry.make("atari/pong", python: PythonHost(interpreter: "/usr/bin/python3"), seed: 1)
        } throws: {
            "\($0)".contains("scripts/setup --envs")
        }
    }

    private func exists(_ process: Int32) -> Bool {
        FileManager.default.fileExists(atPath: "/proc/\(process)")
    }
}
