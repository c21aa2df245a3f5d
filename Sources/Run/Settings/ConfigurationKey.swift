/// One leaf of the configuration as help texts and the documentation show it.
public struct ConfigurationKey: Sendable, Equatable {
    /// Dotted path: "replay.replay_ratio".
    public let path: String
    /// What it accepts: "a number", "sample or mode", "a whole number from 0, or null".
    public let type: String
    /// Default as YAML writes it.
    public let defaultValue: String
}

extension Configuration {
    /// Every leaf, in the order of the tree.
    public static var keys: [ConfigurationKey] {
        SettingsTree(of: Configuration()).leaves.map {
            ConfigurationKey(path: $0.path, type: $0.expectation, defaultValue: $0.value.yaml)
        }
    }
}
