import Environments
import Experience
import Files
import Foundation
import Glibc
import TestSupport
import Testing

/// Tasks of one's own that raise, end, hang, print, or return what they should not: in real Python.
@Suite(.enabled(if: (try? PythonInterpreter.find(nil)) != nil, "needs `scripts/setup --envs`"))
struct BrokenTaskTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// A task with a vector of one number, the step of its episode. `lines` stand in its class; the file counts what was made
    /// and closed beside it.
    private func write(_ lines: String) throws -> String {
        let path = directory("task.py")
        try """
        import gymnasium, numpy, os, signal, subprocess, sys, time
        from gymnasium.spaces import *

        class Task(gymnasium.Env):
            observation_space, action_space = Box(-1, 99, (1,)), Discrete(2)
            metadata = {"render_modes": ["rgb_array"]}

            def __init__(self, render_mode=None):
                self.t, self.render_mode = 0, render_mode
                self.note("made")

            def note(self, word):
                with open(os.path.join(os.path.dirname(__file__), word), "a") as file:
                    file.write("x")

            def reset(self, seed=None, options=None):
                self.t = 0
                return numpy.zeros(1, numpy.float32), {}

            def step(self, action):
                self.t += 1
                self.act()
                return numpy.float32([self.t]), self.reward(), False, False, {}

            def act(self): pass
            def reward(self): return 1.0
            def close(self): self.note("closed")

        \(lines.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n"))
        """.write(toFile: path, atomically: true, encoding: .utf8)
        return "python/\(path):Task"
    }

    private func count(_ word: String) -> Int { FileManager.default.contents(atPath: directory(word))?.count ?? 0 }

    private func make(_ lines: String, options: EnvironmentOptions = EnvironmentOptions()) throws -> any Environment {
        try EnvironmentRegistry.make(write(lines), image: 16, options: options, seed: 4)
    }

    private func sturdy(
        _ lines: String, count: Int = 1, together: Bool = false, stepSeconds: Int = 60,
        broke: @escaping (Int, EnvironmentFailure) -> Void = { _, _ in }
    ) throws -> [any Environment] {
        var host = PythonHost()
        host.stepSeconds = stepSeconds
        host.output = BoundedFile(directory("printed"))
        return try EnvironmentRegistry.makeSturdy(
            write(lines), image: 16, options: EnvironmentOptions(), purpose: .training, python: host,
            seeds: (0..<count).map { UInt64($0) }, together: together, maximumFailures: 3, isWanted: { true },
            broke: broke)
    }

    /// The error of the first step.
    private func error(_ lines: String, options: EnvironmentOptions = EnvironmentOptions()) throws -> String {
        let environment = try make(lines, options: options)
        defer { environment.close() }
        _ = try environment.reset()
        return "\(try #require(throws: EnvironmentError.self) { try environment.step(.oneHot(0, of: 2)) })"
    }

    // MARK: Playing on

    /// An exception, a dead child, one that ends itself, a silent one.
    @Test(arguments: [
        ("raise RuntimeError('lost contact')", "RuntimeError: lost contact (", 60),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "was killed by signal 11", 60),
        ("os._exit(3)", "exited with status 3", 60),
        ("time.sleep(1000)", "gave no answer for 1 s and was killed", 1),
    ])
    func aTaskThatBreaksIsPlayedOn(how: String, message: String, patience: Int) throws {
        var failures: [(Int, EnvironmentFailure)] = []
        let environments = try sturdy(
            "def act(self):\n    if self.t == 5 and self.observation_space.shape and not os.path.exists(__file__ + '.done'):\n"
                + "        open(__file__ + '.done', 'w').close()\n        \(how)",
            count: 2, stepSeconds: patience, broke: { failures.append(($0, $1)) })
        defer { environments.forEach { $0.close() } }
        for environment in environments { _ = try environment.reset() }
        // The second one's episode goes on.
        for step in 1...9 {
            let shown = try environments.map { environment in
                let shown = try environment.step(.oneHot(0, of: 2))
                if shown.flags.contains(.last) { _ = try environment.reset() }
                return shown
            }
            #expect(shown[0].flags == (step == 5 ? .last : []))
            #expect(shown[0].vector == [Float(step < 5 ? step : step == 5 ? 4 : step - 5)])
            #expect(shown[0].reward == (step == 5 ? 0 : 1))
            #expect(shown[1].vector == [Float(step)] && shown[1].flags == [])
        }
        #expect(failures.count == 1 && failures[0].0 == 0 && failures[0].1.episodeSteps == 4)
        #expect("\(failures[0].1.error)".contains(message))
    }

    /// Where one process plays all, its death ends their episodes, and each goes on.
    @Test func aSharedProcessIsReplacedOnce() throws {
        var failures = 0
        let environments = try sturdy(
            "def act(self):\n    if self.t == 3 and not os.path.exists(__file__ + '.done'):\n"
                + "        open(__file__ + '.done', 'w').close()\n        os._exit(1)",
            count: 3, together: true, broke: { _, _ in failures += 1 })
        defer { environments.forEach { $0.close() } }
        for environment in environments { _ = try environment.reset() }
        for _ in 0..<6 {
            for environment in environments where try environment.step(.oneHot(1, of: 2)).flags.contains(.last) {
                _ = try environment.reset()
            }
        }
        #expect(failures == 3 && count("made") == 6)
    }

    /// Patience at the start is another than for a step.
    @Test func aTaskThatIsNotMadeInTimeIsGivenUp() throws {
        var host = PythonHost()
        (host.startSeconds, host.stepSeconds) = (2, 60)
        let task = try write("def __init__(self): time.sleep(1000)")
        let error = try #require(throws: EnvironmentError.self) {
            try EnvironmentRegistry.make(task, python: host, seed: 1)
        }
        #expect("\(error)".contains("gave no answer for 2 s and was killed"))
    }

    // MARK: What it says

    @Test func theTasksOwnLineIsNamed() throws {
        let message = try error("def act(self):\n    numpy.zeros(2).reshape(3)")
        #expect(
            message.hasPrefix("the environment failed: ValueError: cannot reshape array of size 2 into shape (3,) ("))
        #expect(message.hasSuffix("task.py:30)"))
    }

    @Test(
        arguments: [
            ("numpy.array([2.0])", 2), ("numpy.array([[2]])", 2), ("True", 1), ("2", 2), ("numpy.float64(2)", 2),
            ("numpy.array(2)", 2),
        ] as [(String, Float)])
    func rewardsOfAnyNumericKindAreTaken(reward: String, taken: Float) throws {
        let environment = try make("def reward(self): return \(reward)")
        defer { environment.close() }
        _ = try environment.reset()
        #expect(try environment.step(.oneHot(0, of: 2)).reward == taken)
    }

    @Test(arguments: [
        ("1e300", "the reward 1e+300 is not a finite number of 32 bits"), ("float('nan')", "the reward nan is not"),
        ("None", "the reward is no number: NoneType None"), ("'1.0'", "the reward is no number: str '1.0'"),
        ("numpy.zeros(3)", "the reward has shape (3,): one number is taken"),
        ("{}", "the reward is no number: dict {}"),
    ])
    func otherRewardsAreNamed(reward: String, message: String) throws {
        let said = try error("def reward(self): return \(reward)")
        #expect(said.contains(message) && said.contains("(Task.step, ") && said.contains("task.py:20)"), "\(said)")
    }

    @Test(arguments: [
        ("return numpy.zeros(2), 0.0, False, False, {}", "shape (2,) of float64 from 0.0 to 0.0, its space is Box("),
        ("return numpy.float32([numpy.nan]), 0.0, False, False, {}", "the observation holds what is no finite number"),
        ("return [[1], [2, 3]], 0.0, False, False, {}", "no shape: list of unequal parts"),
        ("return 0, 0.0, False, {}", "step returned 4 values; Gymnasium's returns observation, reward, terminated"),
        ("input()", "EOFError: EOF when reading a line"), ("breakpoint()", "breakpoint() waits for somebody"),
        ("import nothing_of_that_name", "-m pip install` puts a package where it is found"),
    ])
    func whatAStepDoesWronglyIsSaid(line: String, message: String) throws {
        let said = try error("def step(self, action):\n    \(line)")
        #expect(said.contains(message) && (said.contains("task.py:29)") || said.contains("task.py:30)")), "\(said)")
    }

    /// Each would be black, or chance, without a word.
    @Test(arguments: [
        ("numpy.full((20, 20, 3), 0.5)", "float64 from 0.5 to 0.5, its space says uint8"),
        ("numpy.full((20, 20, 3), 300)", "int64 from 300 to 300"), ("numpy.full((20, 20, 3), True)", "of bool"),
        ("numpy.zeros((20, 21, 3), numpy.uint8)", "shape (20, 21, 3) of uint8"),
    ])
    func imagesThatAreNotWhatTheirSpaceSaysAreRefused(image: String, message: String) throws {
        let said = try error(
            "observation_space = Box(0, 255, (20, 20, 3), numpy.uint8)\n"
                + "def reset(self, seed=None, options=None): return self.observation_space.sample(), {}\n"
                + "def step(self, action): return \(image), 0.0, False, False, {}")
        #expect(said.contains(message), "\(said)")
    }

    @Test(
        arguments: [
            ("numpy.full((20, 20, 3), 0.5)", 128), ("numpy.full((20, 20), 200, numpy.uint8)", 200),
            ("numpy.full((20, 20, 1), 1.0)", 255), ("numpy.full((20, 20, 4), 7.0)", 7),
            ("numpy.full((3, 20, 20), True)", 255), ("[[[9, 9, 9]] * 20] * 20", 9),
            ("__import__('PIL.Image').Image.new('RGB', (20, 30), (9, 9, 9))", 9),
        ] as [(String, UInt8)])
    func picturesOfAnyKindAreTaken(picture: String, pixel: UInt8) throws {
        let environment = try make(
            "def render(self): return \(picture)", options: EnvironmentOptions(observe: .image))
        defer { environment.close() }
        #expect(Set(try environment.reset().image) == [pixel])
    }

    /// Numbers above 1 show that they count to 255; what was drawn then is not brighter for being dark.
    @Test func theScaleOfDrawnNumbersIsDecidedOnce() throws {
        let environment = try make(
            "def render(self): return numpy.full((20, 20, 3), [0.5, 200.0, 1.0, 0.2][self.t])",
            options: EnvironmentOptions(observe: .image))
        defer { environment.close() }
        var pixels = [try environment.reset().image[0]]
        for _ in 0..<3 { pixels.append(try environment.step(.oneHot(0, of: 2)).image[0]) }
        #expect(pixels == [128, 200, 1, 0])
    }

    @Test(arguments: [
        ("None", "render() returned NoneType"), ("numpy.full((20, 20, 3), numpy.nan)", "from nan to nan"),
        ("numpy.full((20, 20, 3), -1)", "of int64 from -1 to -1"), ("numpy.zeros((0, 20, 3))", "shape (0, 20, 3)"),
        ("numpy.zeros((20, 20, 2))", "shape (20, 20, 2)"),
        ("[numpy.zeros((20, 30, 3), numpy.uint8)] * 2", "render() returned list with shape (2, 20, 30, 3) of uint8"),
    ])
    func otherPicturesAreNamed(picture: String, message: String) throws {
        let environment = try make(
            "def render(self): return \(picture)", options: EnvironmentOptions(observe: .image))
        defer { environment.close() }
        let said = "\(try #require(throws: EnvironmentError.self) { try environment.reset() })"
        #expect(said.contains(message) && said.contains("taken are images [height, width] or"), "\(said)")
    }

    @Test func aTaskThatCannotDrawSaysSo() throws {
        let said = try #require(throws: EnvironmentError.self) {
            try make("metadata = {\"render_modes\": []}", options: EnvironmentOptions(observe: .image))
        }
        #expect("\(said)".contains("set environment.observe to vector or both"))
    }

    // MARK: What it may do

    @Test func seedsFitOlderGenerators() throws {
        let environment = try EnvironmentRegistry.make(
            write(
                "def reset(self, seed=None, options=None):\n    numpy.random.seed(seed)\n    return numpy.zeros(1), {}"),
            seed: .max)
        defer { environment.close() }
        _ = try environment.reset()
    }

    /// Whole numbers of a box come equally often, and all of them.
    @Test func wholeNumbersHaveEqualShares() throws {
        let environment = try make(
            "action_space = Box(0, 3, (1,), numpy.int64)\n"
                + "def step(self, action): return numpy.float32(action), 0.0, False, False, {}")
        defer { environment.close() }
        _ = try environment.reset()
        let taken = try (0..<400).map { try environment.step(Action([Float($0) / 199.5 - 1])).vector[0] }
        #expect((0..<4).map { value in taken.count { $0 == Float(value) } }.allSatisfy { (99...101).contains($0) })
    }

    /// What it starts reads an empty input, and takes nothing of what is said between the two processes.
    @Test func standardInputIsEmpty() throws {
        let environment = try make(
            "def act(self):\n    assert subprocess.run(['cat'], timeout=5, capture_output=True).stdout == b''\n"
                + "    sys.stdin.close()")
        defer { environment.close() }
        _ = try environment.reset()
        #expect(try environment.step(.oneHot(0, of: 2)).vector == [1])
    }

    @Test func whatItPrintsIsKept() throws {
        let environment = try sturdy("def act(self):\n    print('to output')\n    print('to error', file=sys.stderr)")[
            0]
        _ = try environment.reset()
        _ = try environment.step(.oneHot(0, of: 2))
        environment.close()
        let printed = try String(contentsOfFile: directory("printed"), encoding: .utf8)
        #expect(printed.contains("to output\n") && printed.contains("to error\n"))
    }

    /// The last one, too, and what it has started ends with it.
    @Test func everyEnvironmentIsClosed() throws {
        let task = try write(
            "def reset(self, seed=None, options=None):\n"
                + "    return numpy.float32([subprocess.Popen(['sleep', '600']).pid % 65536]), {}")
        let environments = try EnvironmentRegistry.make(task, seeds: [1, 2, 3])
        let children = try environments.map { Int32(try $0.reset().vector[0]) }
        environments.forEach { $0.close() }
        #expect(count("made") == 3 && count("closed") == 3)
        let deadline = ContinuousClock.now + .seconds(5)
        for child in children {
            while !hasEnded(child), ContinuousClock.now < deadline { usleep(10_000) }
            #expect(hasEnded(child))
        }
    }

    /// Gone, or waiting for somebody to ask how it ended.
    private func hasEnded(_ process: Int32) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return true }
        return !status.contains("(sleep)") || status.contains(") Z ")
    }

    @Test func atariIsFoundUnderItsOwnName() throws {
        let pong = try EnvironmentRegistry.make("gym/ALE/Pong-v5", seed: 1)
        defer { pong.close() }
        #expect(pong.actionSpace == .discrete(6))
        let error = try #require(throws: EnvironmentError.self) {
            try EnvironmentRegistry.make("gym/Pang/P-v5", seed: 1)
        }
        #expect("\(error)".contains("gym/MODULE:ID"))
    }

    /// Steps of environments that were begun are played side by side, a late closing waits for one, and a child that dies
    /// meanwhile fails only its own.
    @Test func stepsThatWereBegunAreSideBySide() throws {
        let slow = try (0..<4).map { _ in try make("def act(self): time.sleep(1)") }
        let broken = try make("def act(self): os.kill(os.getpid(), signal.SIGKILL)")
        let action = Action.oneHot(1, of: 2)
        for environment in slow + [broken] { _ = try environment.reset() }
        let start = ContinuousClock.now
        for environment in slow + [broken] { environment.begin(action) }
        for environment in slow { #expect(try environment.step(action).vector == [1]) }
        #expect(ContinuousClock.now - start < .seconds(3))
        #expect(throws: EnvironmentError.self) { try broken.step(action) }
        // A step by itself, and one whose answer nobody fetches.
        #expect(try slow[0].step(action).vector == [2])
        slow[0].begin(action)
        for environment in slow { environment.close() }
        #expect(count("closed") == 4)
    }

    /// An answer of more than a socket holds, which nobody fetched in time because another environment took it all.
    @Test func waitingForOthersIsNobodysSilence() throws {
        var host = PythonHost()
        host.stepSeconds = 1
        let task = try write(
            "observation_space = Box(0, 255, (20, 20, 3), numpy.uint8)\n"
                + "def reset(self, seed=None, options=None): return self.observation_space.sample(), {}\n"
                + "def step(self, action): return self.observation_space.sample(), 0.0, False, False, {}")
        let environment = try EnvironmentRegistry.make(task, image: 1024, python: host, seed: 1)
        defer { environment.close() }
        _ = try environment.reset()
        environment.begin(.oneHot(0, of: 2))
        usleep(1_500_000)
        #expect(try environment.step(.oneHot(0, of: 2)).flags == [])
    }
}
