import Diagnostics
import Environments
import Experience
import Settings
import Wire

extension Welcome {
    /// The configuration of the learner's run, where it may be played here.
    /// - Parameter modules: Python modules that the learner may have imported.
    /// - Throws: where the environment would import another.
    func configuration(allowing modules: Set<String>) throws -> Configuration {
        var layers = ConfigurationLayers()
        layers.files = [ConfigurationFile(name: "the learner's configuration", text: configuration)]
        let configuration = try layers.resolve()
        if let module = EnvironmentRegistry.importedModule(of: configuration.environment.id), !modules.contains(module)
        {
            throw UserError(
                "the learner plays \(configuration.environment.id), which imports the Python module \(module) here: "
                    + "start the actor with --gym-module \(module) if that is meant")
        }
        return configuration
    }
}
