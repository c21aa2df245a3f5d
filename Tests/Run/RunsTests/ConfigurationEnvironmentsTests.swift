import AgentChoice
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
        try configuration.adoptActionSpace(python: nil)
        #expect(configuration.agent.actions == 1 && !configuration.agent.discrete)
        configuration.environment.id = "catch"
        try configuration.adoptActionSpace(python: nil)
        #expect(configuration.agent.actions == 3 && configuration.agent.discrete)
    }
}
