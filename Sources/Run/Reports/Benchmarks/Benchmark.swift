import AgentChoice
import Experience
import Settings

/// A set of tasks whose scores are summed up together, as papers do.
struct Benchmark: Sendable {
    /// As published tables call it.
    let setting: String
    let title: String
    /// How many tasks the whole has.
    let taskCount: Int
    /// A score of one of its tasks on the scale on which they are comparable; nil where there is none.
    let comparable: @Sendable (Double, String) -> Double?
    /// What a system has reached from which on it counts as superhuman; nil where nobody counts.
    let human: Double?

    static let all = [atari, control, backgrounds, scaledBackgrounds]

    static let atari = Benchmark(
        setting: "atari", title: "Atari 100k, human-normalised", taskCount: 26,
        comparable: { HumanScore.normalized($0, of: $1) }, human: 1)
    static let control = Benchmark(
        setting: "dmc", title: "DeepMind Control suite", taskCount: 20, comparable: { score, _ in score }, human: nil)
    static let backgrounds = Benchmark(
        setting: "dmc-backgrounds", title: "DeepMind Control suite before natural backgrounds", taskCount: 20,
        comparable: { score, _ in score }, human: nil)
    static let scaledBackgrounds = Benchmark(
        setting: "dmc-backgrounds-reward-100",
        title: "DeepMind Control suite before natural backgrounds, reward loss times 100", taskCount: 6,
        comparable: { score, _ in score }, human: nil)
}

extension Configuration {
    /// As published tables call what is played.
    var setting: String {
        let family = String(environment.id.prefix { $0 != "/" })
        guard !(environment.options.backgrounds ?? "").isEmpty else { return family }
        return "\(family)-backgrounds" + (agent.rewardScale == 100 ? "-reward-100" : "")
    }
}
