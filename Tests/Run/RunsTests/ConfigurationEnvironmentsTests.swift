import AgentChoice
import Diagnostics
import Environments
import Experience
import Runs
import Settings
import TestSupport
import Testing

@Suite struct ConfigurationEnvironmentsTests {
    private func configuration(_ id: String) -> Configuration {
        var configuration = Configuration()
        configuration.environment.id = id
        return configuration
    }

    @Test func environmentsOfOneRunDiffer() throws {
        let environments = try configuration("catch").makeEnvironments(
            3, for: .training, seed: 1, on: EnvironmentHost())
        let first = try environments.map { try $0.reset().image }
        #expect(environments.count == 3 && Set(first).count > 1)
    }

    @Test func theEnvironmentDecidesOnTheActions() throws {
        var configuration = configuration("cartpole/swingup")
        try configuration.adoptTriedTask()
        #expect(configuration.agent.actions == 1 && !configuration.agent.discrete)
        configuration.environment.id = "catch"
        try configuration.adoptTriedTask()
        #expect(configuration.agent.actions == 3 && configuration.agent.discrete)
    }

    @Test func theEnvironmentDecidesOnWhatIsSeen() throws {
        var configuration = configuration("cartpole/swingup")
        configuration.agent.modulation = false
        configuration.agent.divergence = false
        for (observe, image, vector) in [(Observed.both, 64, 5), (.vector, 0, 5), (.image, 64, 0)] {
            configuration.environment.options.observe = observe
            try configuration.adoptTriedTask()
            #expect(configuration.agent.image == image && configuration.agent.vector == vector, "\(observe)")
        }
    }

    /// What DyMoDreamer masks is images.
    @Test func anAgentThatCannotPlayATaskIsRefusedWithWhatToDo() {
        var configuration = configuration("cartpole/swingup")
        configuration.environment.options.observe = .vector
        let error = #expect(throws: UserError.self) { try configuration.adoptTriedTask() }
        #expect(error?.message.contains("agent.image is 0; set agent.modulation=false, or name") == true)
    }

    /// Before anything is played, and not when the first trajectory comes back for ever.
    @Test func aTrajectoryThatCannotBeSentIsRefused() throws {
        var configuration = configuration("catch")
        configuration.agent.image = 512
        let error = try #require(throws: UserError.self) { try configuration.adoptTriedTask() }
        #expect(error.message.contains("actors.trajectory_steps must be at most 42"))
        configuration.actors.trajectorySteps = 42
        try configuration.adoptTriedTask()
    }

    @Test func aTrialIsMeasured() throws {
        let task = try configuration("catch").tryTask(on: EnvironmentHost())
        #expect(task.actionSpace == .discrete(3) && task.vectorCount == 0 && task.notes.isEmpty)
        #expect((1e-9...0.1).contains(task.stepSeconds))
    }
}

/// Tasks of a file, in real Python.
@Suite(.blocking, .enabled(if: (try? PythonInterpreter.find(nil)) != nil, "needs `scripts/setup --envs`"))
struct OwnTaskTrialTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func configuration(action: String = "Discrete(2)", making: String = "pass") throws -> Configuration {
        let path = try directory.write(
            """
            import gymnasium, numpy, time
            from gymnasium.spaces import *

            class Task(gymnasium.Env):
                observation_space, action_space = Box(-1, 1, (1,)), \(action)
                def __init__(self): \(making)
                def reset(self, seed=None, options=None): return numpy.zeros(1, numpy.float32), {}
                def step(self, action): return numpy.zeros(1, numpy.float32), 1.0, False, False, {}
            """, to: "task.py")
        var configuration = Configuration()
        configuration.environment.id = "python/\(path):Task"
        return configuration
    }

    /// People read it before anything starts.
    @Test func boundsThatAreMissingAreSaid() throws {
        let notes = try configuration(action: "Box(0, 3e38, (1,))").tryTask(on: EnvironmentHost()).notes
        #expect(notes.count == 1 && notes[0].hasPrefix("the action Box(0.0, 3e+38, (1,), float32)"), "\(notes)")
        #expect(try configuration(action: "Box(0, 3, (1,))").tryTask(on: EnvironmentHost()).notes.isEmpty)
    }

    /// The key is what counts, and no fixed time.
    @Test func aTaskHasTheTimeToStartThatTheConfigurationSays() throws {
        var configuration = try configuration(making: "time.sleep(3)")
        configuration.environment.startSeconds = 1
        let error = try #require(throws: EnvironmentError.self) { try configuration.tryTask(on: EnvironmentHost()) }
        #expect("\(error)".contains("gave no answer for 1 s and was killed"), "\(error)")
        configuration.environment.startSeconds = 20
        #expect(try configuration.tryTask(on: EnvironmentHost()).vectorCount == 1)
    }
}

extension Configuration {
    /// As a command does that starts a run.
    fileprivate mutating func adoptTriedTask() throws {
        try adopt(tryTask(on: EnvironmentHost()))
    }
}
