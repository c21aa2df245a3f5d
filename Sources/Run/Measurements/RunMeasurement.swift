/// Something that was measured in a run. Each case has a type of its own that says its fields and their units; all of
/// them are listed in `docs/metrics.md`.
public enum RunMeasurement: Sendable, Equatable {
    /// A learner began to work.
    case start(StartMeasurement)
    /// What there is to be predicted of the task's observations.
    case budget(BudgetMeasurement)
    /// Where training stands and who waits for whom.
    case progress(ProgressMeasurement)
    /// Training steps since the last such measurement.
    case training(TrainingMeasurement)
    /// What the replay holds and has given.
    case replay(ReplayMeasurement)
    /// How one actor is doing.
    case actor(ActorMeasurement)
    /// An actor played an episode to its end.
    case episode(EpisodeMeasurement)
    /// Trajectories that arrived since the last such measurement, by the age of the policies that chose them.
    case staleness(StalenessMeasurement)
    /// Episodes that were played with fixed seeds and no learning.
    case evaluation(EvaluationMeasurement)
    /// One policy was played beside training, with fixed seeds.
    case evaluator(EvaluatorMeasurement)
    /// What the learner's process uses of the machine.
    case process(ProcessMeasurement)
    /// What the world model sees was drawn.
    case picture(PictureMeasurement)
    /// The world model was tried on episodes that it is not trained on.
    case heldOut(HeldOutMeasurement)

    /// The names of the cases in `metrics.jsonl`.
    public enum Kind: String, Codable, CaseIterable, Sendable {
        case start, budget, progress, replay, actor, episode, staleness, evaluation, evaluator, process, picture
        case training = "train"
        case heldOut = "held_out"
    }

    public var kind: Kind {
        switch self {
        case .start: .start
        case .budget: .budget
        case .progress: .progress
        case .training: .training
        case .replay: .replay
        case .actor: .actor
        case .episode: .episode
        case .staleness: .staleness
        case .evaluation: .evaluation
        case .evaluator: .evaluator
        case .process: .process
        case .picture: .picture
        case .heldOut: .heldOut
        }
    }

    /// Of a sample, which tells how things stand until the next one does: what it is a sample of. Nil for what happened,
    /// of which each measurement counts.
    public var subject: String? {
        switch self {
        case .progress, .replay, .process: kind.rawValue
        case .actor(let actor): "actor \(actor.actor)"
        case .start, .budget, .training, .episode, .staleness, .evaluation, .evaluator, .picture, .heldOut: nil
        }
    }
}

// The fields stand beside `kind` and `time` in one object: see `MeasurementRecord`.
extension RunMeasurement {
    func encodeFields(to encoder: any Encoder) throws {
        switch self {
        case .start(let fields): try fields.encode(to: encoder)
        case .budget(let fields): try fields.encode(to: encoder)
        case .progress(let fields): try fields.encode(to: encoder)
        case .training(let fields): try fields.encode(to: encoder)
        case .replay(let fields): try fields.encode(to: encoder)
        case .actor(let fields): try fields.encode(to: encoder)
        case .episode(let fields): try fields.encode(to: encoder)
        case .staleness(let fields): try fields.encode(to: encoder)
        case .evaluation(let fields): try fields.encode(to: encoder)
        case .evaluator(let fields): try fields.encode(to: encoder)
        case .process(let fields): try fields.encode(to: encoder)
        case .picture(let fields): try fields.encode(to: encoder)
        case .heldOut(let fields): try fields.encode(to: encoder)
        }
    }

    init(_ kind: Kind, from decoder: any Decoder) throws {
        self =
            switch kind {
            case .start: .start(try StartMeasurement(from: decoder))
            case .budget: .budget(try BudgetMeasurement(from: decoder))
            case .progress: .progress(try ProgressMeasurement(from: decoder))
            case .training: .training(try TrainingMeasurement(from: decoder))
            case .replay: .replay(try ReplayMeasurement(from: decoder))
            case .actor: .actor(try ActorMeasurement(from: decoder))
            case .episode: .episode(try EpisodeMeasurement(from: decoder))
            case .staleness: .staleness(try StalenessMeasurement(from: decoder))
            case .evaluation: .evaluation(try EvaluationMeasurement(from: decoder))
            case .evaluator: .evaluator(try EvaluatorMeasurement(from: decoder))
            case .process: .process(try ProcessMeasurement(from: decoder))
            case .picture: .picture(try PictureMeasurement(from: decoder))
            case .heldOut: .heldOut(try HeldOutMeasurement(from: decoder))
            }
    }
}
