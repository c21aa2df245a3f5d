/// What an environment is played for. It matters only to tasks that keep something back for evaluation, such as the
/// backgrounds of `catch/distracted`.
public enum EnvironmentPurpose: Sendable, Equatable {
    case training
    case evaluation
}
