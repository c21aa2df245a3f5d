import Fields

/// The switches and numbers of one agent of the Dreamer family. DreamerV3, DyMoDreamer and MuDreamer are points in
/// this space, and so is every ablation.
///
/// A key is declared here and nowhere else: a property with its default, and a line in the list below it with its name in
/// files and its range. Rules between keys stand in `AgentConfiguration+Validation`.
public struct AgentConfiguration: FieldGroup {
    /// How the decoder is used: its gradient reaches the world model, it learns on stopped features, or there is none.
    public enum Reconstruction: String, Codable, Sendable, CaseIterable { case full, detached, none }
    /// Normalisation of the hidden layer of the posteriors.
    public enum RepresentationNorm: String, Codable, Sendable, CaseIterable { case layer, batch }
    /// What the divergence of two frames' differences is over the pixels: as in DyMoDreamer's release, or on its poster.
    public enum DivergenceReduction: String, Codable, Sendable, CaseIterable { case mean, sum }

    /// Name in `AgentVariants`.
    public var agent = "dymodreamer"

    static let name = [Field("agent", \AgentConfiguration.agent)]

    // MARK: Switches

    /// Whether there is a dynamic modulation d: a second encoder on o′, its own prior and posterior.
    public var modulation = true
    /// Whether d, or what stands in for it, is fed to the sequence model.
    public var modulationInSequence = true
    /// Whether frame differences are regularised towards those of the observations.
    public var divergence = true
    /// What becomes of the decoder's gradient.
    public var reconstruction = Reconstruction.full
    /// Whether the state predicts replayed λ-returns.
    public var valuePredictor = false
    /// Whether two successive states predict the action between them.
    public var actionPredictor = false
    /// How the hidden layer of the posteriors is normalised.
    public var representationNorm = RepresentationNorm.layer
    /// Weight of the dynamics loss, which pulls the prior to the posterior.
    public var betaDynamics: Float = 0.5
    /// Weight of the representation loss, which pulls the posterior to the prior.
    public var betaRepresentation: Float = 0.1
    /// Weight of the reward loss.
    public var rewardScale: Float = 1
    /// Whether the divergence of a pair of frames is a mean or a sum over pixels.
    public var divergenceReduction = DivergenceReduction.mean
    /// Temperature τ of the softmax over frame differences.
    public var divergenceTemperature: Float = 1e-3
    /// Whether discrete actions' advantages are divided by the range of returns.
    public var scaleAdvantage = true
    /// Whether the entropy's bonus is weighted by the product of discounts, as the rest of the actor's objective is.
    public var weightEntropy = true

    static let commonSwitches: [Field<AgentConfiguration>] = [
        Field("modulation", \.modulation),
        Field("modulation_in_sequence", \.modulationInSequence),
        Field("divergence", \.divergence),
        Field("reconstruction", \.reconstruction),
        Field("value_predictor", \.valuePredictor),
        Field("action_predictor", \.actionPredictor),
        Field("representation_norm", \.representationNorm),
        Field("beta_dyn", \.betaDynamics, .notNegative),
        Field("beta_rep", \.betaRepresentation, .notNegative),
        Field("reward_scale", \.rewardScale, .notNegative),
        Field("divergence_reduction", \.divergenceReduction),
        Field("divergence_temperature", \.divergenceTemperature, .positive),
        Field("scale_advantage", \.scaleAdvantage),
        Field("weight_entropy", \.weightEntropy),
    ]

    /// Whether zₜ − zₜ₋₁ takes the place of d: no second encoder, prior or posterior.
    public var latentDifference = false
    /// Whether o′ joins the channels that the encoder sees.
    public var differentialChannels = false
    /// Whether a second decoder predicts o′.
    public var differentialReconstruction = false
    /// Whether reward, continuation, value, action, actor and critic see d, or what stands in for it; the decoders always do.
    public var modulationInHeads = true

    /// Switches that the executable specification does not have: off where a file of its does not name them.
    static let ownSwitches: [Field<AgentConfiguration>] = [
        Field("latent_difference", \.latentDifference),
        Field("differential_channels", \.differentialChannels),
        Field("differential_reconstruction", \.differentialReconstruction),
        Field("modulation_in_heads", \.modulationInHeads),
    ]

    // MARK: Sizes

    /// Side of the square image, in pixels; 0 where there are no images.
    public var image = 64
    /// Channels of the image.
    public var channels = 3
    /// Numbers of the observation's vector; 0 where there is none.
    public var vector = 0
    /// Channels of the encoder's first stage.
    public var convolutionDepth = 32
    /// Length of the recurrent state h, in units.
    public var deterministic = 512
    /// Width of hidden layers, in units.
    public var hidden = 512
    /// Hidden layers of each head.
    public var layers = 2
    /// Groups of the stochastic state z.
    public var stochastic = 32
    /// Classes of each group of z; one alone would carry nothing.
    public var classes = 32
    /// Groups of the modulation d.
    public var modulationStochastic = 32
    /// Classes of each group of d.
    public var modulationClasses = 32
    /// Bins of the distributions of rewards and values; two-hot coding needs two to lie between.
    public var bins = 255
    /// The bins cover ± this, in symlog.
    public var binLimit: Float = 20
    /// Whether actions are one of several, or numbers in [−1, 1]; the environment decides.
    public var discrete = true
    /// Length of an action vector; the environment decides.
    public var actions = 6
    /// Where several discrete actions are taken at once, how many choices each has: "3,2,4", which is `actions` in all.
    public var actionGroups = ""

    /// Beyond any network that fits a machine; keeps products of sizes within `Int`.
    private static let largestSize = 1_000_000

    static let sizes: [Field<AgentConfiguration>] = [
        Field(
            "image", \.image,
            Rule("must be 0 or a power of two between 16 and 512") {
                $0 == 0 || ((16...512).contains($0) && $0.nonzeroBitCount == 1)
            }),
        Field("channels", \.channels, .within(1...largestSize)),
        Field("vector", \.vector, .within(0...largestSize)),
        Field("cnn_depth", \.convolutionDepth, .within(1...largestSize)),
        Field("deter", \.deterministic, .within(1...largestSize)),
        Field("hidden", \.hidden, .within(1...largestSize)),
        Field("mlp_layers", \.layers, .within(1...largestSize)),
        Field("stoch", \.stochastic, .within(1...largestSize)),
        Field("classes", \.classes, .within(2...largestSize)),
        Field("mod_stoch", \.modulationStochastic, .within(1...largestSize)),
        Field("mod_classes", \.modulationClasses, .within(2...largestSize)),
        Field("bins", \.bins, .within(2...largestSize)),
        Field("bin_limit", \.binLimit, .positive),
        Field("discrete", \.discrete),
        Field("actions", \.actions, .within(1...largestSize)),
        Field(
            "action_groups", \.actionGroups,
            Rule("must be whole numbers from 1 between commas, such as 3,2,4") { text in
                text.isEmpty || groupSizes(text).allSatisfy { (1...largestSize).contains($0) }
            }),
    ]

    /// Channels of the first stage of the encoder of o′; 0 for as many as the encoder of o has.
    public var dynamicConvolutionDepth = 0
    /// Hidden layers of the critic and its slow copy; 0 for as many as the other heads have.
    public var criticLayers = 0
    /// Steps k between the frames whose difference makes the mask of o′.
    public var maskStep = 1

    /// Numbers that the executable specification does not have: at their defaults where a file of its does not name them.
    static let ownNumbers: [Field<AgentConfiguration>] = [
        Field("dynamic_cnn_depth", \.dynamicConvolutionDepth, .within(0...largestSize)),
        Field("critic_layers", \.criticLayers, .within(0...largestSize)),
        Field("mask_step", \.maskStep, .within(1...largestSize)),
    ]

    /// "3,2,4" as numbers; 0 for what is none.
    static func groupSizes(_ text: String) -> [Int] {
        text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    }

    // MARK: Representation

    /// Share of the uniform distribution in categorical ones.
    public var unimix: Float = 0.01
    /// KL below this is not pushed further down, in nats.
    public var freeNats: Float = 1
    /// Added to the variance in LayerNorm.
    public var normEpsilon: Float = 1e-3
    /// Added to the variance in BatchNorm.
    public var batchNormEpsilon: Float = 1e-5
    /// Share of the old running statistics that BatchNorm keeps at each update.
    public var batchNormMomentum: Float = 0.9
    /// A pixel that changes by more belongs to the mask of o′, as a share of full intensity.
    public var maskThreshold = 1e-3
    /// Side of the window that widens the mask, in pixels.
    public var maskDilation = 5
    /// Keeps the logarithm of that softmax finite.
    public var divergenceEpsilon: Float = 1e-12
    /// Weight of the prediction losses.
    public var betaPrediction: Float = 1
    /// Weight of the divergence term.
    public var betaDivergence: Float = 1

    static let representation: [Field<AgentConfiguration>] = [
        Field("unimix", \.unimix, .share),
        Field("free_nats", \.freeNats, .notNegative),
        Field("norm_eps", \.normEpsilon, .positive),
        Field("batch_norm_eps", \.batchNormEpsilon, .positive),
        Field("batch_norm_momentum", \.batchNormMomentum, .share),
        Field("mask_threshold", \.maskThreshold, .share),
        Field("mask_dilation", \.maskDilation, Rule("must be odd and positive") { $0 > 0 && $0 % 2 == 1 }),
        Field("divergence_eps", \.divergenceEpsilon, .positive),
        Field("beta_pred", \.betaPrediction, .notNegative),
        Field("beta_divergence", \.betaDivergence, .notNegative),
    ]

    // MARK: Behaviour

    /// Length of imagination, in steps.
    public var horizon = 15
    /// Discount γ of one step.
    public var gamma: Float = 0.997
    /// λ of the returns.
    public var lambda: Float = 0.95
    /// Weight of the policy's entropy.
    public var entropy: Float = 3e-4
    /// Decay of the percentiles that scale returns.
    public var returnDecay: Float = 0.99
    /// Decay of the slow critic.
    public var slowCriticDecay: Float = 0.98
    /// Decay of the slow value predictor.
    public var slowValueDecay: Float = 0.99

    static let behavior: [Field<AgentConfiguration>] = [
        Field("horizon", \.horizon, .within(1...largestSize)),
        Field("gamma", \.gamma, .share),
        Field("lam", \.lambda, .share),
        Field("entropy", \.entropy, .notNegative),
        Field("return_decay", \.returnDecay, .share),
        Field("slow_critic_decay", \.slowCriticDecay, .share),
        Field("slow_value_decay", \.slowValueDecay, .share),
    ]

    // MARK: Optimisers and batches

    /// Learning rate of the world model.
    public var modelLearningRate: Float = 1e-4
    /// ε of its Adam.
    public var modelEpsilon: Float = 1e-8
    /// Largest norm of its gradient.
    public var modelClip: Float = 1000
    /// Learning rate of actor and critic.
    public var behaviorLearningRate: Float = 3e-5
    /// ε of their Adam.
    public var behaviorEpsilon: Float = 1e-5
    /// Largest norm of their gradient.
    public var behaviorClip: Float = 100
    /// Sequences in a batch.
    public var batch = 16
    /// Trained steps of each sequence.
    public var length = 64

    static let training: [Field<AgentConfiguration>] = [
        Field("model_lr", \.modelLearningRate, .positive),
        Field("model_eps", \.modelEpsilon, .positive),
        Field("model_clip", \.modelClip, .positive),
        Field("behavior_lr", \.behaviorLearningRate, .positive),
        Field("behavior_eps", \.behaviorEpsilon, .positive),
        Field("behavior_clip", \.behaviorClip, .positive),
        Field("batch", \.batch, .within(1...largestSize)),
        Field("length", \.length, .within(1...largestSize)),
    ]

    public init() {}
}

extension AgentConfiguration {
    public static let fields =
        (name + switches + sizes + ownNumbers).map(\.fixed) + representation + behavior + training

    /// What an agent is told apart by; naming one sets them all.
    public static let switches = commonSwitches + ownSwitches

    /// What the executable specification did not have from the start: older files of its lack them and mean the defaults.
    private static let lateKeys: Set = [
        "vector", "action_groups", "divergence_reduction", "scale_advantage", "weight_entropy",
    ]

    /// The keys that every file of the executable specification has.
    public static var specifiedKeys: [String] {
        let absent = lateKeys.union((ownSwitches + ownNumbers).map(\.key))
        return fields.map(\.key).filter { !absent.contains($0) }
    }
}
