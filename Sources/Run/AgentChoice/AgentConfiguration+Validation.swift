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
        try checkObservations()
        try checkActions()
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

    /// What is made of images needs some.
    private func checkObservations() throws(UserError) {
        try Requirement.check(
            seesImages || seesVectors, "agent.image and agent.vector are both 0: there would be nothing to observe")
        for (key, isOn, what) in [
            ("modulation", modulation, "encodes masked images"),
            ("divergence", divergence, "compares differences of images"),
            ("differential_channels", differentialChannels, "appends masked images"),
            ("differential_reconstruction", differentialReconstruction, "decodes masked images"),
        ] {
            try Requirement.check(
                seesImages || !isOn,
                "agent.\(key) \(what), but agent.image is 0; set agent.\(key)=false, or name an agent without it: "
                    + "dreamerv3, mudreamer")
        }
    }

    private func checkActions() throws(UserError) {
        guard !actionGroups.isEmpty else { return }
        try Requirement.check(
            groups.reduce(0, +) == actions,
            "agent.action_groups must add up to agent.actions, \(actions), got \(actionGroups)")
        try Requirement.check(
            discrete || groups.count == 1, "agent.action_groups needs agent.discrete=true, got \(actionGroups)")
    }
}
