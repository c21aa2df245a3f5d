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
