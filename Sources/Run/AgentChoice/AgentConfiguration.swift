/// The switches and numbers of one agent of the Dreamer family. DreamerV3, DyMoDreamer and MuDreamer are points in
/// this space, and so is every ablation. The names in files are those of `CodingKeys`.
public struct AgentConfiguration: Codable, Sendable, Equatable {
    /// How the decoder is used: its gradient reaches the world model, it learns on stopped features, or there is none.
    public enum Reconstruction: String, Codable, Sendable, CaseIterable { case full, detached, none }
    /// Normalisation of the hidden layer of the posteriors.
    public enum RepresentationNorm: String, Codable, Sendable, CaseIterable { case layer, batch }

    public var agent = "dymodreamer"

    // Switches
    public var modulation = true
    public var modulationInSequence = true
    /// zₜ − zₜ₋₁ takes the place of d: no second encoder, prior or posterior.
    public var latentDifference = false
    /// o′ joins the channels that the encoder sees.
    public var differentialChannels = false
    /// A second decoder predicts o′.
    public var differentialReconstruction = false
    public var divergence = true
    public var reconstruction = Reconstruction.full
    public var valuePredictor = false
    public var actionPredictor = false
    public var representationNorm = RepresentationNorm.layer

    // Sizes
    public var image = 64
    public var channels = 3
    public var convolutionDepth = 32
    public var deterministic = 512
    public var hidden = 512
    public var stochastic = 32
    public var classes = 32
    public var modulationStochastic = 32
    public var modulationClasses = 32
    public var layers = 2
    public var bins = 255
    public var binLimit: Float = 20
    public var discrete = true
    public var actions = 6

    // Representation
    public var unimix: Float = 0.01
    public var freeNats: Float = 1
    public var normEpsilon: Float = 1e-3
    public var batchNormEpsilon: Float = 1e-5
    public var batchNormMomentum: Float = 0.9
    public var maskThreshold = 1e-3
    public var maskDilation = 5
    public var divergenceTemperature: Float = 1e-3
    public var divergenceEpsilon: Float = 1e-12

    // Loss scales
    public var betaPrediction: Float = 1
    public var betaDynamics: Float = 0.5
    public var betaRepresentation: Float = 0.1
    public var betaDivergence: Float = 1
    public var rewardScale: Float = 1

    // Behaviour
    public var horizon = 15
    public var gamma: Float = 0.997
    public var lambda: Float = 0.95
    public var entropy: Float = 3e-4
    public var returnDecay: Float = 0.99
    public var slowCriticDecay: Float = 0.98
    public var slowValueDecay: Float = 0.99

    // Optimisers
    public var modelLearningRate: Float = 1e-4
    public var modelEpsilon: Float = 1e-8
    public var modelClip: Float = 1000
    public var behaviorLearningRate: Float = 3e-5
    public var behaviorEpsilon: Float = 1e-5
    public var behaviorClip: Float = 100

    // Batches
    public var batch = 16
    public var length = 64

    public init() {}

    public enum CodingKeys: String, CodingKey, CaseIterable {
        case agent, modulation, divergence, reconstruction, image, channels, hidden, classes, bins, discrete, actions
        case unimix, horizon, gamma, entropy, batch, length
        case modulationInSequence = "modulation_in_sequence"
        case latentDifference = "latent_difference"
        case differentialChannels = "differential_channels"
        case differentialReconstruction = "differential_reconstruction"
        case valuePredictor = "value_predictor"
        case actionPredictor = "action_predictor"
        case representationNorm = "representation_norm"
        case convolutionDepth = "cnn_depth"
        case deterministic = "deter"
        case stochastic = "stoch"
        case modulationStochastic = "mod_stoch"
        case modulationClasses = "mod_classes"
        case layers = "mlp_layers"
        case binLimit = "bin_limit"
        case freeNats = "free_nats"
        case normEpsilon = "norm_eps"
        case batchNormEpsilon = "batch_norm_eps"
        case batchNormMomentum = "batch_norm_momentum"
        case maskThreshold = "mask_threshold"
        case maskDilation = "mask_dilation"
        case divergenceTemperature = "divergence_temperature"
        case divergenceEpsilon = "divergence_eps"
        case betaPrediction = "beta_pred"
        case betaDynamics = "beta_dyn"
        case betaRepresentation = "beta_rep"
        case betaDivergence = "beta_divergence"
        case rewardScale = "reward_scale"
        case lambda = "lam"
        case returnDecay = "return_decay"
        case slowCriticDecay = "slow_critic_decay"
        case slowValueDecay = "slow_value_decay"
        case modelLearningRate = "model_lr"
        case modelEpsilon = "model_eps"
        case modelClip = "model_clip"
        case behaviorLearningRate = "behavior_lr"
        case behaviorEpsilon = "behavior_eps"
        case behaviorClip = "behavior_clip"
    }
}

/// Sizes that follow from the switches.
extension AgentConfiguration {
    /// Convolution stages from the image down to 4×4.
    public var stages: Int { (image / 4).trailingZeroBitCount }
    /// Channels of the encoder's last stage.
    public var topChannels: Int { convolutionDepth << (stages - 1) }
    /// Length of the flattened encoder output.
    public var embedding: Int { 16 * topChannels }
    public var latent: Int { stochastic * classes }
    /// Length of what stands beside z in the state: the modulation d, or the latent difference.
    public var modulationLatent: Int {
        modulation ? modulationStochastic * modulationClasses : latentDifference ? latent : 0
    }
    /// Channels that the encoder sees: those of o, and those of o′ where they join it.
    public var encoderChannels: Int { differentialChannels ? 2 * channels : channels }
    /// Whether anything is made of the differential observation o′.
    public var observesDifferential: Bool { modulation || differentialChannels || differentialReconstruction }
    /// Whether there is a decoder of o′; where nothing is decoded, there is none.
    public var decodesDifferential: Bool { differentialReconstruction && reconstruction != .none }
    /// Length of [h, z, d].
    public var features: Int { deterministic + latent + modulationLatent }
    /// Length of the policy's output: probabilities' logits, or means and spreads.
    public var policyOutputs: Int { discrete ? actions : 2 * actions }
}
