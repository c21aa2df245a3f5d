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

    /// A task whose spaces are those of Python's expressions; it shows what was sampled, and checks that its actions are
    /// among those of its space.
    private func task(
        observation: String, action: String = "Discrete(2)", _ options: EnvironmentOptions = EnvironmentOptions()
    ) throws -> any Environment {
        let path = directory("task.py")
        try """
        import gymnasium, numpy
        from gymnasium.spaces import *

        class Task(gymnasium.Env):
            observation_space = \(observation)
            action_space = \(action)

            def __init__(self, gain=1.0):
                self.gain = gain

            def reset(self, seed=None, options=None):
                if seed is not None:
                    self.observation_space.seed(seed)
                return self.observation_space.sample(), {}

            def step(self, action):
                assert self.action_space.contains(action), f"{action!r} is not in {self.action_space}"
                return self.observation_space.sample(), numpy.float32(self.gain), False, False, {}
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

    @Test func theControlSuiteShowsItsNumbers() throws {
        let options = EnvironmentOptions(timeLimit: 20, observe: .vector)
        let walker = try EnvironmentRegistry.make("dmc/walker-walk", options: options, seed: 1)
        defer { walker.close() }
        #expect(walker.image == .none && walker.vectorCount == 24)
        let shown = try randomPlay(walker, steps: 12)
        #expect(Set(shown.map(\.vector)).count > 10 && shown[10].flags == .last)
    }
}
