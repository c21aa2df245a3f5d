import Diagnostics
import Settings

/// One run as it lies in its directory.
public struct RecordedRun: Sendable {
    /// Name of its directory.
    public let name: String
    public let configuration: Configuration
    public let history: RunHistory
    let names: ConfigurationNames
    var seed: UInt64 { configuration.run.seed }
    /// The command that repeats it.
    let command: String

    /// One sentence without its end about its settings, where there is something to say.
    let settingsNotice: String?

    /// Sentences without their ends: what of the run could not be taken as it is.
    public var notices: [String] { [settingsNotice, unreadNotice].compactMap { $0 } }

    /// One sentence without its end where lines of the metrics could not be read.
    var unreadNotice: String? {
        switch history.unreadLines {
        case 0: nil
        case 1: "a line of \(name)'s metrics cannot be read and is left out"
        case let count: "\(count) lines of \(name)'s metrics cannot be read and are left out"
        }
    }

    /// - Parameter notice: one sentence without its end about the configuration.
    public init(
        name: String, configuration: Configuration, history: RunHistory, notice: String? = nil
    ) throws(UserError) {
        settingsNotice = notice
        self.name = name
        self.configuration = configuration
        self.history = history.naming(policy: configuration.evaluation.policy)
        names = try ConfigurationNames(configuration)
        command = try configuration.trainCommand()
    }
}

extension RunHistory {
    /// With the policy of evaluations that do not say it: before they did, only the configured one was recorded.
    fileprivate func naming(policy: EvaluationSettings.Policy) -> RunHistory {
        var named = self
        for index in evaluations.indices where evaluations[index].policy == nil {
            named.evaluations[index].policy = policy.rawValue
        }
        return named
    }
}
