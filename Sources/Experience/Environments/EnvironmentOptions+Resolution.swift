import Diagnostics
import Experience
import Fields

extension EnvironmentOptions {
    /// These options with `defaults` in place of what is nil. `noOps`, `sticky` and `observe` exist only where
    /// `defaults` has them: asking for them elsewhere is an error rather than ignored.
    func resolved(_ name: String, defaults: EnvironmentOptions) throws(EnvironmentError) -> EnvironmentOptions {
        do throws(UserError) {
            try checkFields(of: "environment")
            try Requirement.check(defaults.noOps != nil || noOps ?? 0 == 0, "\(name) has no option no_ops")
            try Requirement.check(defaults.sticky != nil || sticky ?? 0 == 0, "\(name) has no option sticky")
            try Requirement.check(defaults.observe != nil || observe == nil, "\(name) has no option observe")
        } catch {
            throw .invalidOption(error.message)
        }
        return EnvironmentOptions(
            actionRepeat: actionRepeat ?? defaults.actionRepeat, timeLimit: timeLimit ?? defaults.timeLimit,
            noOps: noOps ?? defaults.noOps, sticky: sticky ?? defaults.sticky,
            observe: observe ?? defaults.observe)
    }
}
