import Foundation
import Settings

@testable import Reports

/// A run that is known to the last digit.
func run(
    _ name: String, seed: UInt64 = 0, preset: String = "catch-demo", _ overrides: [String] = [], metrics: [String]
) throws -> RecordedRun {
    var layers = ConfigurationLayers()
    layers.preset = preset
    layers.overrides = overrides + ["run.seed=\(seed)"]
    let text = metrics.map { $0 + "\n" }.joined()
    return try RecordedRun(
        name: name, configuration: layers.resolve(), history: RunHistory(Data(text.utf8)))
}

func episode(_ agentSteps: Int, _ value: Double, time: Double = 0) -> String {
    #"{"actor":"actor-0","agent_steps":\#(agentSteps),"environment":3,"kind":"episode","length":9,"policy_version":2,"#
        + #""return":\#(value),"time":\#(time)}"#
}

func losses(_ agentSteps: Int, model: Double, trainSteps: Int = 1, time: Double = 0) -> String {
    // Without what programs before the first release did not write: `skipped_steps`, `replayed_staleness`.
    #"{"agent_steps":\#(agentSteps),"grad_norm.model":1e+20,"kind":"train","loss.model":\#(model),"policy_version":2,"#
        + #""replayed_steps":640,"time":\#(time),"train_steps":\#(trainSteps),"train_steps_per_second":12.5}"#
}

func evaluation(_ mean: Double, policy: String = "mode", time: Double = 0) -> String {
    #"{"kind":"evaluation","policy":"\#(policy)","seed":1000,"episodes":10,"mean":\#(mean),"standard_deviation":0.5,"#
        + #""train_steps":null,"time":\#(time)}"#
}

func evaluator(_ agentSteps: Int, _ mean: Double, time: Double = 0) -> String {
    #"{"agent_steps":\#(agentSteps),"episodes":10,"kind":"evaluator","mean":\#(mean),"mean_length":9,"policy":"mode","#
        + #""policy_version":5,"seed":1000,"standard_deviation":0.5,"time":\#(time),"train_steps":4,"unfinished":0}"#
}

extension Report {
    func file(_ name: String) -> String? { files.first { $0.name == name }?.text }
}
