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
        name: name, configuration: layers.resolve(), measurements: Measurements(Data(text.utf8), name: name))
}

func episode(_ agentSteps: Int, _ value: Double, time: Double = 0) -> String {
    #"{"kind":"episode","agent_steps":\#(agentSteps),"return":\#(value),"time":\#(time)}"#
}

func losses(_ agentSteps: Int, model: Double, trainSteps: Int = 1, time: Double = 0) -> String {
    #"{"kind":"train","agent_steps":\#(agentSteps),"train_steps":\#(trainSteps),"loss.model":\#(model),"time":\#(time)}"#
}

func evaluation(_ mean: Double, policy: String = "mode", time: Double = 0) -> String {
    #"{"kind":"evaluation","policy":"\#(policy)","seed":1000,"episodes":10,"mean":\#(mean),"standard_deviation":0.5,"#
        + #""train_steps":null,"time":\#(time)}"#
}

extension Report {
    func file(_ name: String) -> String? { files.first { $0.name == name }?.text }
}
