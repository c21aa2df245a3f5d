import Experience

/// What an environment is played for. It matters only to tasks that keep something back for evaluation, such as the
/// backgrounds of `catch/distracted`.
public enum EnvironmentPurpose: Sendable, Equatable {
    case training
    case evaluation
}

extension EnvironmentOptions {
    /// The folder of what is shown behind the task; nil or empty for none.
    package func shownBackgrounds(for purpose: EnvironmentPurpose) -> String? {
        purpose == .evaluation ? evaluationBackgrounds : backgrounds
    }
}
