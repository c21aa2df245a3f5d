import Diagnostics
import Experience
import Fields

extension EnvironmentOptions {
    /// These options with `defaults` in place of what is nil. Those after the time limit exist only where `defaults` has
    /// them: asking for them elsewhere is an error rather than ignored.
    func resolved(_ name: String, defaults: EnvironmentOptions) throws(EnvironmentError) -> EnvironmentOptions {
        func has(_ key: String, _ isThere: Bool, asked: Bool) throws(UserError) {
            try Requirement.check(isThere || !asked, "\(name) has no option \(key)")
        }
        do throws(UserError) {
            try checkFields(of: "environment")
            try has("no_ops", defaults.noOps != nil, asked: noOps ?? 0 != 0)
            try has("sticky", defaults.sticky != nil, asked: sticky ?? 0 != 0)
            try has("observe", defaults.observe != nil, asked: observe != nil)
            try has("arguments", defaults.arguments != nil, asked: arguments != nil)
            try has("wrappers", defaults.wrappers != nil, asked: wrappers != nil)
            try has("fit", defaults.fit != nil, asked: fit != nil)
            try has("backgrounds", defaults.backgrounds != nil, asked: backgrounds ?? "" != "")
            try has(
                "evaluation_backgrounds", defaults.evaluationBackgrounds != nil,
                asked: evaluationBackgrounds ?? "" != "")
            try checkBackgrounds(observe: observe ?? defaults.observe)
        } catch {
            throw .invalidOption(error.message)
        }
        var options = self
        options.actionRepeat = actionRepeat ?? defaults.actionRepeat
        options.timeLimit = timeLimit ?? defaults.timeLimit
        options.noOps = noOps ?? defaults.noOps
        options.sticky = sticky ?? defaults.sticky
        options.observe = observe ?? defaults.observe
        options.arguments = arguments ?? defaults.arguments
        options.wrappers = wrappers ?? defaults.wrappers
        options.fit = fit ?? defaults.fit
        options.backgrounds = backgrounds ?? defaults.backgrounds
        options.evaluationBackgrounds = evaluationBackgrounds ?? defaults.evaluationBackgrounds
        return options
    }

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
