import Diagnostics
import Settings

/// One run as it lies in its directory.
public struct RecordedRun: Sendable {
    /// Name of its directory.
    public let name: String
    public let configuration: Configuration
    public let measurements: Measurements
    let names: ConfigurationNames
    var seed: UInt64 { configuration.run.seed }
    /// The command that repeats it.
    let command: String

    public init(name: String, configuration: Configuration, measurements: Measurements) throws(UserError) {
        self.name = name
        self.configuration = configuration
        self.measurements = measurements.naming(policy: configuration.evaluation.policy)
        names = try ConfigurationNames(configuration)
        command = try configuration.trainCommand()
    }
}

extension Measurements {
    /// With the policy of evaluations that do not say it: before they did, only the configured one was recorded.
    fileprivate func naming(policy: EvaluationSettings.Policy) -> Measurements {
        var named = self
        for index in evaluations.indices where evaluations[index].policy == nil {
            named.evaluations[index].policy = policy.rawValue
        }
        return named
    }
}
