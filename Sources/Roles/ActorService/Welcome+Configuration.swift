import Environments
import Settings
import Wire

extension Welcome {
    /// The configuration of the learner's run, where it may be played here.
    /// - Throws: where the environment would use what is not allowed.
    func configuration(allowing allowance: Allowance, for purpose: EnvironmentPurpose) throws -> Configuration {
        var layers = ConfigurationLayers()
        layers.files = [ConfigurationFile(name: "the learner's configuration", text: configuration)]
        let configuration = try layers.resolve()
        try allowance.check(configuration, for: purpose)
        return configuration
    }
}
