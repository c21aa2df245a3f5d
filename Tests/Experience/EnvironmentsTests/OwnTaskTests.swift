import Environments
import Experience
import Foundation
import TestSupport
import Testing

/// Tasks of Gymnasium's and of local files: what they show and take, as one image, numbers and action vectors.
@Suite(.enabled(if: (try? PythonInterpreter.find(nil)) != nil, "needs `scripts/setup --envs`"))
struct OwnTaskTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// A task whose spaces are those of Python's expressions, as are what it shows and its rewards; it checks that its actions
    /// are among those of its space.
    private func task(
        observation: String, action: String = "Discrete(2)", _ options: EnvironmentOptions = EnvironmentOptions(),
        shown: String = "self.observation_space.sample()", reward: String = "numpy.float32(self.gain)"
    ) throws -> any Environment {
        let path = directory("task.py")
        try """
        import gymnasium, numpy
        from gymnasium.spaces import *

        largest = numpy.finfo(numpy.float32).max

        class Task(gymnasium.Env):
            observation_space = \(observation)
            action_space = \(action)

            def __init__(self, gain=1.0):
                self.gain = gain

            def reset(self, seed=None, options=None):
                if seed is not None:
                    self.observation_space.seed(seed)
                self.t = 0
                return \(shown), {}

            def step(self, action):
                assert self.action_space.contains(action), f"{action!r} is not in {self.action_space}"
                self.t += 1
                return \(shown), \(reward), False, False, {}
        """.write(toFile: path, atomically: true, encoding: .utf8)
        return try EnvironmentRegistry.make("python/\(path):Task", image: 16, options: options, seed: 4)
    }

    private static let none = ImageShape.none
    private static let square = ImageShape(height: 16, width: 16)

    @Test(arguments: [
        ("Box(-1, 1, (3, 2))", none, 6), ("Box(-10, 10, (), numpy.float64)", none, 1),
        ("Discrete(4, start=2)", none, 4),
        ("MultiDiscrete([2, 5])", none, 7), ("MultiBinary(3)", none, 3),
        ("Box(0, 255, (40, 60, 3), numpy.uint8)", square, 0), ("Box(0, 255, (20, 20, 4), numpy.uint8)", square, 0),
        ("Box(0, 255, (1, 20, 30), numpy.uint8)", square, 0), ("Box(0, 255, (12, 8), numpy.uint8)", square, 0),
        ("Box(0, 1, (3, 40, 40), numpy.float32)", square, 0),
        ("Dict(a=Box(-1, 1, (2,)), b=Tuple((Discrete(3), Box(0, 255, (20, 20, 3), numpy.uint8))))", square, 5),
    ])
    func observations(space: String, image: ImageShape, numbers: Int) throws {
        let task = try task(observation: space)
        defer { task.close() }
        #expect(task.image == image && task.vectorCount == numbers)
        for shown in try randomPlay(task, steps: 3) {
            #expect(shown.image.count == image.count && shown.vector.count == numbers)
        }
    }

    @Test(arguments: [
        ("Discrete(5, start=-2)", ActionSpace.discrete(5)), ("MultiDiscrete([3, 2])", .groups([3, 2])),
        ("MultiBinary(2)", .groups([2, 2])), ("Box(-3, 5, (2, 2))", .continuous(4)),
        ("Box(0, 9, (2,), numpy.int64)", .continuous(2)), ("Box(0, numpy.inf, (1,))", .continuous(1)),
        ("Box(-numpy.inf, numpy.inf, (1,), numpy.float64)", .continuous(1)),
    ])
    func actions(space: String, expected: ActionSpace) throws {
        let task = try task(observation: "Box(-1, 1, (1,))", action: space)
        defer { task.close() }
        #expect(task.actionSpace == expected)
        let shown = try randomPlay(task, steps: 30)
        #expect(shown.dropFirst().allSatisfy { $0.reward == 1 })
    }

    /// What the ends of [−1, 1] become: a side that is missing, or as good as, leaves the other one as it is.
    @Test(
        arguments: [
            ("Box(-3, 5, (1,))", -3, 5, false), ("Box(0, 65535, (1,), numpy.uint16)", 0, 65535, false),
            ("Box(-numpy.inf, numpy.inf, (1,))", -1, 1, true), ("Box(-largest, largest, (1,))", -1, 1, true),
            ("Box(0, numpy.inf, (1,))", 0, 2, true), ("Box(0, largest, (1,))", 0, 2, true),
            ("Box(-numpy.inf, 5, (1,))", 3, 5, true), ("Box(-largest, 5, (1,))", 3, 5, true),
            ("Box(0, 2**32 - 1, (1,), numpy.uint32)", 0, 2, true),
            ("Box(-2**63, 2**63 - 1, (1,), numpy.int64)", -1, 1, true),
            ("Box(5e6, 3e38, (1,), numpy.float64)", 5e6, 5_000_002, true),
        ] as [(String, Float, Float, Bool)])
    func eachBoundCountsForItself(space: String, lowest: Float, highest: Float, isSaid: Bool) throws {
        let task = try task(observation: "Box(-1, 1, (1,))", action: space, reward: "float(action[0])")
        defer { task.close() }
        _ = try task.reset()
        #expect(try task.step(Action([-1])).reward == lowest)
        #expect(try task.step(Action([1])).reward == highest)
        let notes = try #require(task as? BridgedEnvironment).notes
        #expect(notes.count == (isSaid ? 1 : 0), "\(notes)")
    }

    /// To the nearest of 256, the middle upwards.
    @Test(
        arguments: [
            ("Box(0, 1, (20, 20, 3))", "0.5", 128), ("Box(0, 1, (20, 20, 3))", "1", 255),
            ("Box(-1, 1, (20, 20, 3))", "0", 128), ("Box(-1, 1, (20, 20, 3), numpy.float64)", "-1", 0),
            ("Box(0, 255, (20, 20, 3))", "200.4", 200), ("Box(0, 255, (20, 20, 3))", "0", 0),
            ("Box(0, 65535, (20, 20, 1), numpy.uint16)", "32768", 128),
        ] as [(String, String, UInt8)])
    func imagesAreScaledFromTheirBounds(space: String, value: String, pixel: UInt8) throws {
        let task = try task(observation: space, shown: "numpy.full_like(self.observation_space.low, \(value))")
        defer { task.close() }
        #expect(Set(try task.reset().image) == [pixel])
    }

    /// Each would be black, or chance, without a word.
    @Test(arguments: [
        ("Box(0, 1, (20, 20, 3))", "numpy.nan", "of float32 from nan to nan, its space says float32 from 0.0 to 1.0"),
        ("Box(0, 1, (20, 20, 3))", "2", "of float32 from 2.0 to 2.0, its space says float32 from 0.0 to 1.0"),
        ("Box(0, 255, (20, 20, 3))", "0.5", "of float32 from 0.5 to 0.5, its space says float32 from 0.0 to 255.0"),
        ("Box(0, 255, (20, 20, 3))", "1", "its bounds are to be 0 and 1"),
    ])
    func imagesOfAnotherRangeAreRefused(space: String, value: String, message: String) throws {
        let task = try task(observation: space, shown: "numpy.full_like(self.observation_space.low, \(value))")
        defer { task.close() }
        let said = "\(try #require(throws: EnvironmentError.self) { try task.reset() })"
        #expect(said.contains("the observation came with shape (20, 20, 3)") && said.contains(message), "\(said)")
    }

    /// Once it is known to count to 255, a dark frame is a dark frame.
    @Test func darkFramesOfABrightTaskAreTaken() throws {
        let task = try task(
            observation: "Box(0, 255, (20, 20, 3))",
            shown: "numpy.full((20, 20, 3), [0, 200, 1][self.t], numpy.float32)")
        defer { task.close() }
        let pixels = try [task.reset(), task.step(.oneHot(0, of: 2)), task.step(.oneHot(0, of: 2))].map { $0.image[0] }
        #expect(pixels == [0, 200, 1])
    }

    @Test func argumentsAndWrappersAreTheTasks() throws {
        let louder = try task(observation: "Box(-1, 1, (2,))", EnvironmentOptions(arguments: #"{"gain": 4}"#))
        defer { louder.close() }
        #expect(try randomPlay(louder, steps: 2)[1].reward == 4)
        let flat = try task(
            observation: "Box(0, 255, (20, 20, 3), numpy.uint8)", EnvironmentOptions(wrappers: "FlattenObservation"))
        defer { flat.close() }
        #expect(flat.image == .none && flat.vectorCount == 1200)
    }

    @Test(arguments: [
        ("Text(4)", "Discrete(2)", "the observation is Text"),
        (
            "Dict(left=Box(0, 255, (20, 20, 3), numpy.uint8), right=Box(0, 255, (20, 20, 3), numpy.uint8))",
            "Discrete(2)",
            "the observation['right'] is a second image"
        ),
        ("Box(-numpy.inf, numpy.inf, (20, 20, 3))", "Discrete(2)", "has no finite bounds to scale by"),
        ("Discrete(2)", "Tuple((Discrete(2), Discrete(2)))", "actions of kind Tuple are not taken"),
    ])
    func whatCannotBeTakenIsSaid(observation: String, action: String, message: String) {
        #expect {
            try task(observation: observation, action: action)
        } throws: {
            "\($0)".contains(message)
        }
    }

    @Test func aMissingFileOrClassIsNamed() throws {
        #expect {
            try EnvironmentRegistry.make("python/none.py:Task", seed: 0)
        } throws: {
            "\($0)".contains("there is no file none.py")
        }
        let path = directory("empty.py")
        try "".write(toFile: path, atomically: true, encoding: .utf8)
        #expect {
            try EnvironmentRegistry.make("python/\(path):Task", seed: 0)
        } throws: {
            "\($0)".contains("has no class Task")
        }
    }

    @Test func filesBesideItAreImported() throws {
        for (name, lines) in [
            ("rewards.py", "def reward(): return 7.0"),
            (
                "whole.py",
                """
                import gymnasium, numpy, rewards

                class Task(gymnasium.Env):
                    observation_space = gymnasium.spaces.Box(-1, 1, (1,))
                    action_space = gymnasium.spaces.Discrete(2)
                    def reset(self, seed=None, options=None): return numpy.zeros(1, numpy.float32), {}
                    def step(self, action): return numpy.zeros(1, numpy.float32), rewards.reward(), False, False, {}
                """
            ),
        ] {
            try lines.write(toFile: directory(name), atomically: true, encoding: .utf8)
        }
        let task = try EnvironmentRegistry.make("python/\(directory("whole.py")):Task", seed: 1)
        defer { task.close() }
        _ = try task.reset()
        #expect(try task.step(.oneHot(0, of: 2)).reward == 7)
    }

    @Test func aMissingModuleIsNamedWithWhereItIsFound() throws {
        let error = try #require(throws: EnvironmentError.self) {
            try EnvironmentRegistry.make("gym/nothing:Task-v0", seed: 1)
        }
        let said = "\(error)"
        #expect(
            said.contains("No module named 'nothing'") && said.contains("-m pip install` puts a package"), "\(said)")
        #expect(!said.contains("scripts/setup"), "\(said)")
    }

    @Test func theControlSuiteShowsItsNumbers() throws {
        let options = EnvironmentOptions(timeLimit: 20, observe: .vector)
        let walker = try EnvironmentRegistry.make("dmc/walker-walk", options: options, seed: 1)
        defer { walker.close() }
        #expect(walker.image == .none && walker.vectorCount == 24)
        let shown = try randomPlay(walker, steps: 12)
        #expect(Set(shown.map(\.vector)).count > 10 && shown[10].flags == .last)
    }
}
