import Diagnostics

extension AgentConfiguration {
    /// Beyond any network that fits a machine; keeps products of sizes within `Int`.
    private static var largestSize: Int { 1_000_000 }

    /// - Throws: one line that names the first key that is out of range or does not fit another.
    public func validate() throws(UserError) {
        _ = try AgentVariants.named(agent, askedBy: "agent.agent")
        try validateSizes()
        try validateRepresentation()
        try validateBehavior()
        try validateSwitches()
    }

    private func validateSizes() throws(UserError) {
        try Requirement.check(
            (16...512).contains(image) && image.nonzeroBitCount == 1,
            "agent.image must be a power of two between 16 and 512, got \(image)")
        for (key, value) in [
            ("channels", channels), ("cnn_depth", convolutionDepth), ("deter", deterministic), ("hidden", hidden),
            ("stoch", stochastic), ("mod_stoch", modulationStochastic), ("mlp_layers", layers), ("actions", actions),
            ("horizon", horizon), ("batch", batch), ("length", length),
        ] {
            try Requirement.within("agent.\(key)", value, 1...Self.largestSize)
        }
        // One class carries nothing, and two-hot coding needs two bins to lie between.
        for (key, value) in [("classes", classes), ("mod_classes", modulationClasses), ("bins", bins)] {
            try Requirement.within("agent.\(key)", value, 2...Self.largestSize)
        }
    }

    private func validateRepresentation() throws(UserError) {
        try Requirement.within("agent.unimix", unimix, 0...1)
        try Requirement.within("agent.batch_norm_momentum", batchNormMomentum, 0...1)
        try Requirement.within("agent.mask_threshold", maskThreshold, 0...1)
        try Requirement.check(
            maskDilation > 0 && maskDilation % 2 == 1,
            "agent.mask_dilation must be odd and positive, got \(maskDilation)")
        for (key, value) in [
            ("bin_limit", binLimit), ("norm_eps", normEpsilon), ("batch_norm_eps", batchNormEpsilon),
            ("divergence_temperature", divergenceTemperature), ("divergence_eps", divergenceEpsilon),
        ] {
            try Requirement.positive("agent.\(key)", value)
        }
        for (key, value) in [
            ("free_nats", freeNats), ("beta_pred", betaPrediction), ("beta_dyn", betaDynamics),
            ("beta_rep", betaRepresentation), ("beta_divergence", betaDivergence), ("reward_scale", rewardScale),
        ] {
            try Requirement.notNegative("agent.\(key)", value)
        }
    }

    private func validateBehavior() throws(UserError) {
        for (key, value) in [
            ("gamma", gamma), ("lam", lambda), ("return_decay", returnDecay), ("slow_critic_decay", slowCriticDecay),
            ("slow_value_decay", slowValueDecay),
        ] {
            try Requirement.within("agent.\(key)", value, 0...1)
        }
        try Requirement.notNegative("agent.entropy", entropy)
        for (key, value) in [
            ("model_lr", modelLearningRate), ("model_eps", modelEpsilon), ("model_clip", modelClip),
            ("behavior_lr", behaviorLearningRate), ("behavior_eps", behaviorEpsilon), ("behavior_clip", behaviorClip),
        ] {
            try Requirement.positive("agent.\(key)", value)
        }
    }

    private func validateSwitches() throws(UserError) {
        try Requirement.check(
            !divergence || reconstruction != .none,
            "agent.divergence needs a decoder, but agent.reconstruction is none")
        try Requirement.check(
            !differentialReconstruction || reconstruction != .none,
            "agent.differential_reconstruction needs a decoder, but agent.reconstruction is none")
        for (key, isOn) in [
            ("latent_difference", latentDifference), ("differential_channels", differentialChannels),
        ] {
            try Requirement.check(
                !(isOn && modulation),
                "agent.\(key) takes the place of d; set agent.modulation=false, or name an agent that does")
        }
        try Requirement.check(
            representationNorm != .batch || batch >= 2,
            "agent.batch must be at least 2 where agent.representation_norm is batch, got \(batch)")
    }
}
