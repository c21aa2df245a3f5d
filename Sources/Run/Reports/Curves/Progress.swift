/// What the horizontal axis counts.
enum Progress: String, CaseIterable, Sendable {
    case agentSteps = "agent steps"
    case minutes = "minutes"

    func of(_ sample: RunHistory.Sample) -> Double {
        switch self {
        case .agentSteps: sample.agentSteps
        case .minutes: sample.minutes
        }
    }

    /// End of a file's name.
    var suffix: String {
        switch self {
        case .agentSteps: ""
        case .minutes: "-minutes"
        }
    }
}
