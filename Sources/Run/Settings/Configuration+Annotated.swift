import AgentChoice
import Experience
import Fields

extension Configuration {
    /// All leaves as YAML, each below what it means, its unit and what it may be. Reading it back gives an equal configuration.
    public func annotatedYAML() -> String {
        let meanings = KeyMeanings().all
        let demands = Self.demands
        return SettingsTree(of: self).yaml { leaf in
            let meaning = meanings[leaf.path]
            let unit = meaning.flatMap { $0.unit == "–" ? nil : $0.unit }
            let details = [unit, leaf.expectation, demands[leaf.path]].compactMap { $0 }.joined(separator: "; ")
            return [meaning?.text, "(\(details))"].compactMap { $0 }.joined(separator: " ")
        }
    }

    private static var demands: [String: String] {
        [
            RunSettings.demands(of: "run"), EnvironmentSettings.demands(of: "environment"),
            AgentConfiguration.demands(of: "agent"), ReplaySettings.demands(of: "replay"),
            LearnerSettings.demands(of: "learner"), ActorSettings.demands(of: "actors"),
            EvaluationSettings.demands(of: "evaluation"), DashboardSettings.demands(of: "dashboard"),
        ].reduce(into: [:]) { all, group in all.merge(group) { a, _ in a } }
    }
}
