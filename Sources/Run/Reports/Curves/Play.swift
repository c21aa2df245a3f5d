/// Whose returns a figure shows.
enum Play: CaseIterable, Sendable {
    /// Actors that explore, episode by episode.
    case training
    /// Policies that are played beside training with fixed seeds, a mean each.
    case evaluator

    func samples(_ history: RunHistory) -> [RunHistory.Sample] {
        switch self {
        case .training: history.returns
        case .evaluator: history.evaluator
        }
    }

    /// Beginning of a file's name.
    var fileName: String {
        switch self {
        case .training: "returns"
        case .evaluator: "evaluator"
        }
    }

    /// As a title says it.
    var title: String {
        switch self {
        case .training: "return of training episodes"
        case .evaluator: "return of evaluations beside training"
        }
    }

    /// What the last column of its numbers counts.
    var column: String {
        switch self {
        case .training: "episodes"
        case .evaluator: "evaluations"
        }
    }
}
