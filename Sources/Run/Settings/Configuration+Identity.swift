import AgentChoice
import Diagnostics
import Experience
import Fields

/// What a run is, and stays when it is resumed: experience and parameters are of that task, that agent and that seed.
extension Configuration {
    /// Paths of those leaves, in the order of the tree. (A name is checked where it is kept: `RunDirectory.nextIdentity`.)
    public static let fixedPaths =
        RunSettings.fixedPaths(of: "run") + EnvironmentSettings.fixedPaths(of: "environment")
        + AgentConfiguration.fixedPaths(of: "agent") + ReplaySettings.fixedPaths(of: "replay")
        + LearnerSettings.fixedPaths(of: "learner") + ActorSettings.fixedPaths(of: "actors")
        + EvaluationSettings.fixedPaths(of: "evaluation") + DashboardSettings.fixedPaths(of: "dashboard")

    /// - Parameters:
    ///   - stored: what the run in `directory` was started with.
    /// - Throws: one line that names the first leaf in which this is another run.
    public func requireSameRun(as stored: Configuration, in directory: String) throws(UserError) {
        let fixed = Set(Self.fixedPaths)
        let changes = differences(from: stored).filter { fixed.contains($0.path) }
        guard let first = changes.first else { return }
        let others = changes.count > 1 ? " (and \(changes.count - 1) other keys)" : ""
        throw UserError(
            "\(directory) is a run with \(first.path)=\(first.old), and \(first.new) was asked for\(others): what a run is does "
                + "not change; resume it without that, or choose another --logdir")
    }
}
