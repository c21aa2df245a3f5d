import AgentChoice
import Diagnostics
import Environments
import Experience
import Runs
import Settings
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

extension Configuration {
    /// As a command does that starts a run.
    fileprivate mutating func adoptTriedTask() throws {
        try adopt(tryTask(on: EnvironmentHost()))
    }
}
