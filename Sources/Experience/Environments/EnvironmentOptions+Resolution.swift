import Diagnostics
import Experience
import Fields

extension EnvironmentOptions {
    /// These options with `defaults` in place of what is nil. Those after the time limit exist only where `defaults` has
    /// them: to ask for them elsewhere is an error, and is not ignored.
    func resolved(_ name: String, defaults: EnvironmentOptions) throws(EnvironmentError) -> EnvironmentOptions {
        do throws(UserError) {
            try checkFields(of: "environment")
            let foreign = keysBeyond(defaults).first { !Self.ofAll.contains($0) }
            try Requirement.check(foreign == nil, "\(name) has no option \(foreign ?? "")")
            try checkBackgrounds(observe: observe ?? defaults.observe)
        } catch {
            throw .invalidOption(error.message)
        }
        return filled(from: defaults)
    }

    /// What every environment has.
    private static let ofAll = ["action_repeat", "time_limit"]

    /// An evaluation before backgrounds that were seen in training, or before none, would measure something else.
    private func checkBackgrounds(observe: Observed?) throws(UserError) {
        let (shown, kept) = (backgrounds ?? "", evaluationBackgrounds ?? "")
        try Requirement.check(
            shown.isEmpty == kept.isEmpty,
            "environment.backgrounds and environment.evaluation_backgrounds go together: name a folder for each")
        try Requirement.check(
            shown.isEmpty || shown != kept,
            "environment.evaluation_backgrounds must be another folder than environment.backgrounds, got \(kept)")
        try Requirement.check(
            shown.isEmpty || observe != .vector,
            "environment.backgrounds needs images: set environment.observe to image or both")
    }
}
