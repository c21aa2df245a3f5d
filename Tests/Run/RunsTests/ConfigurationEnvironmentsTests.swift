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
        let environments = try configuration("catch").makeEnvironments(3, for: .training, seed: 1, python: nil)
        let first = try environments.map { try $0.reset().image }
        #expect(environments.count == 3 && Set(first).count > 1)
    }

    @Test func theEnvironmentDecidesOnTheActions() throws {
        var configuration = configuration("cartpole/swingup")
        try configuration.adoptSpaces(python: nil)
        #expect(configuration.agent.actions == 1 && !configuration.agent.discrete)
        configuration.environment.id = "catch"
        try configuration.adoptSpaces(python: nil)
        #expect(configuration.agent.actions == 3 && configuration.agent.discrete)
    }

    @Test func theEnvironmentDecidesOnWhatIsSeen() throws {
        var configuration = configuration("cartpole/swingup")
        configuration.agent.modulation = false
        configuration.agent.divergence = false
        for (observe, image, vector) in [(Observed.both, 64, 5), (.vector, 0, 5), (.image, 64, 0)] {
            configuration.environment.options.observe = observe
            try configuration.adoptSpaces(python: nil)
            #expect(configuration.agent.image == image && configuration.agent.vector == vector, "\(observe)")
        }
    }

    /// What DyMoDreamer masks is images.
    @Test func anAgentThatCannotPlayATaskIsRefusedWithWhatToDo() {
        var configuration = configuration("cartpole/swingup")
        configuration.environment.options.observe = .vector
        let error = #expect(throws: UserError.self) { try configuration.adoptSpaces(python: nil) }
        #expect(error?.message.contains("agent.image is 0; set agent.modulation=false, or name") == true)
    }
}
