import Measurements

/// Which curve: what is on its vertical axis.
enum CurveKey: Hashable, Sendable {
    case episodeReturn, episodeLength, evaluation
    case metric(TrainingMetric)
    case heldOut(TrainingMetric)
    case hallucination(Hallucination)
    case agentSpeed, trainingSpeed, stepSeconds
    case arrivingStaleness, replayedStaleness
    case storedSteps, replayRatio, residentBytes

    /// What is measured of open-loop predictions.
    enum Hallucination: String, Sendable {
        case inside, outside, frozen, invented
    }

    /// As the page knows it.
    var name: String {
        switch self {
        case .episodeReturn: "return"
        case .episodeLength: "length"
        case .evaluation: "evaluation"
        case .metric(let metric): metric.key
        case .heldOut(let metric): "held_out.\(metric.key)"
        case .hallucination(let part): "openloop.\(part.rawValue)"
        case .agentSpeed: "speed.agent"
        case .trainingSpeed: "speed.training"
        case .stepSeconds: "step_seconds"
        case .arrivingStaleness: "staleness.arriving"
        case .replayedStaleness: "staleness.replayed"
        case .storedSteps: "replay.steps"
        case .replayRatio: "replay.ratio"
        case .residentBytes: "memory"
        }
    }
}
