/// One leaf in which two configurations differ.
public struct ConfigurationDifference: Sendable, Equatable, CustomStringConvertible {
    /// Dotted path: "agent.batch".
    public let path: String
    /// Values as YAML writes them.
    public let old: String, new: String
    /// The new value as `--set` takes it: "replay.replay_ratio=160".
    public let assignment: String

    public var description: String { "\(path): \(old) → \(new)" }
}

extension Configuration {
    /// The leaves that changed since `old`, in the order of the tree: what a resumed run reports.
    public func differences(from old: Configuration) -> [ConfigurationDifference] {
        zip(SettingsTree(of: old).leaves, SettingsTree(of: self).leaves).compactMap { old, new in
            old.value == new.value
                ? nil
                : ConfigurationDifference(
                    path: new.path, old: old.value.yaml, new: new.value.yaml,
                    assignment: "\(new.path)=\(new.value.argument)")
        }
    }
}
