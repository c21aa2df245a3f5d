/// Sizes that follow from the switches.
extension AgentConfiguration {
    /// Whether images are observed, and vectors.
    public var seesImages: Bool { image > 0 }
    public var seesVectors: Bool { vector > 0 }
    /// Bytes of an image.
    public var imageBytes: Int { image * image * channels }
    /// Convolution stages from the image down to 4×4.
    public var stages: Int { seesImages ? (image / 4).trailingZeroBitCount : 0 }

    /// Channels after each stage of an encoder: doubling from `depth` over the last four. Larger images than 64² have
    /// further first stages of `depth` channels, so that the last one is always as large (MuDreamer, Table 11).
    public func stageChannels(_ depth: Int) -> [Int] {
        (0..<stages).map { depth << max(0, $0 - max(0, stages - 4)) }
    }

    /// Channels of the first stage of the encoder of o′.
    public var dynamicDepth: Int { dynamicConvolutionDepth > 0 ? dynamicConvolutionDepth : convolutionDepth }
    /// Length of an encoder's flattened output, of images; its last stage is 4×4.
    public func imageFeatures(_ depth: Int) -> Int { 16 * (stageChannels(depth).last ?? 0) }
    /// Length of x: the image's features, and after them the vector's.
    public var embedding: Int { imageFeatures(convolutionDepth) + (seesVectors ? hidden : 0) }
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
    /// Length of what heads see of it.
    public var headFeatures: Int { deterministic + latent + (modulationInHeads ? modulationLatent : 0) }
    /// Choices of each discrete action that is taken at once; one of `actions` where no groups are named.
    public var groups: [Int] { actionGroups.isEmpty ? [actions] : Self.groupSizes(actionGroups) }
    /// Random numbers that an action takes.
    public var policyNoise: Int { discrete ? groups.count : actions }
    /// Length of the policy's output: probabilities' logits, or means and spreads.
    public var policyOutputs: Int { discrete ? actions : 2 * actions }
}
