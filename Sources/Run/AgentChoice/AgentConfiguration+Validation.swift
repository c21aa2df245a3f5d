import Diagnostics
import Fields

extension AgentConfiguration {
    /// - Throws: one line that names the first key that is out of range or does not fit another.
    public func validate() throws(UserError) {
        _ = try AgentVariants.named(agent, askedBy: "agent.agent")
        try checkFields(of: "agent")
        try checkSwitches()
    }

    /// The rules between switches.
    private func checkSwitches() throws(UserError) {
        for (key, isOn) in [("divergence", divergence), ("differential_reconstruction", differentialReconstruction)] {
            try Requirement.check(
                !isOn || reconstruction != .none,
                "agent.\(key) needs a decoder, but agent.reconstruction is none")
        }
        for (key, isOn) in [
            ("latent_difference", latentDifference), ("differential_channels", differentialChannels),
        ] {
            try Requirement.check(
                !isOn || !modulation,
                "agent.\(key) takes the place of d; set agent.modulation=false, or name an agent that does")
        }
        try Requirement.check(
            representationNorm != .batch || batch >= 2,
            "agent.batch must be at least 2 where agent.representation_norm is batch, got \(batch)")
    }
}
