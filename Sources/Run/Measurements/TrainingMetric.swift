/// A number that a training step yields. This is its only declaration: means, the keys of `metrics.jsonl`, the display and
/// the report follow from it. Losses are means over batch and time, before their scales unless it says otherwise.
public enum TrainingMetric: Int, CaseIterable, Sendable {
    /// Weighted sum of the world model's losses.
    case modelLoss
    /// −E[w (objective + η H)] over imagined steps.
    case actorLoss
    /// Cross entropy of the critic with the λ-returns and with its slow copy.
    case criticLoss
    /// Cross entropy of the predicted reward, in nats.
    case rewardLoss
    /// Cross entropy of the predicted continuation, in nats.
    case continuationLoss
    /// KL of posterior and prior with the posterior stopped, not below the free nats.
    case dynamicsLoss
    /// KL of posterior and prior with the prior stopped, not below the free nats.
    case representationLoss
    /// Squared error of the decoded image, summed over pixels.
    case imageLoss
    /// Squared error of the decoded differential observation, summed over pixels.
    case differentialLoss
    /// Squared error of the decoded vector's symlog, summed over its values.
    case vectorLoss
    /// DyMoDreamer's divergence of frame differences: each pixel's share, or their sum.
    case divergenceLoss
    /// Cross entropy of MuDreamer's value predictor, in nats.
    case valueLoss
    /// Cross entropy of MuDreamer's action predictor, in nats.
    case actionLoss
    /// Mean λ-return of imagined states.
    case imaginedReturn
    /// Mean entropy of the policy in imagined states, in nats.
    case entropy
    /// Mean reward of imagined steps.
    case imaginedReward
    /// Euclidean norm of the world model's gradient before it is clipped.
    case modelGradientNorm
    /// Euclidean norm of the gradient of decoders on stopped features before it is clipped.
    case decoderGradientNorm
    /// Euclidean norm of the actor's gradient before it is clipped.
    case actorGradientNorm
    /// Euclidean norm of the critic's gradient before it is clipped.
    case criticGradientNorm
    /// Standard deviation over the batch of the l2-normalised encoder features x, mean over channels.
    case featureDeviation
    /// Standard deviation over the batch of the l2-normalised recurrent state h, mean over channels.
    case stateDeviation
    /// Share of the pixels that move, of the last frame of each sequence.
    case maskShare
    /// Squared error of the decoded image, summed over the pixels that move, of the same frames.
    case movingImageError
    /// The same over those that do not.
    case stillImageError

    /// The key in `metrics.jsonl` and in archives of parity.
    public var key: String {
        switch self {
        case .modelLoss: "loss.model"
        case .actorLoss: "loss.actor"
        case .criticLoss: "loss.critic"
        case .rewardLoss: "loss.reward"
        case .continuationLoss: "loss.continue"
        case .dynamicsLoss: "loss.dyn"
        case .representationLoss: "loss.rep"
        case .imageLoss: "loss.image"
        case .differentialLoss: "loss.differential"
        case .vectorLoss: "loss.vector"
        case .divergenceLoss: "loss.divergence"
        case .valueLoss: "loss.value"
        case .actionLoss: "loss.action"
        case .imaginedReturn: "stat.return"
        case .entropy: "stat.entropy"
        case .imaginedReward: "stat.imagined_reward"
        case .modelGradientNorm: "grad_norm.model"
        case .decoderGradientNorm: "grad_norm.decoder"
        case .actorGradientNorm: "grad_norm.actor"
        case .criticGradientNorm: "grad_norm.critic"
        case .featureDeviation: "diagnostic.x_std"
        case .stateDeviation: "diagnostic.h_std"
        case .maskShare: "diagnostic.mask_share"
        case .movingImageError: "diagnostic.image_moving"
        case .stillImageError: "diagnostic.image_still"
        }
    }

    /// What a loss is called where only losses are shown; nil for what is no loss.
    public var lossName: String? { key.hasPrefix("loss.") ? String(key.dropFirst("loss.".count)) : nil }
}
