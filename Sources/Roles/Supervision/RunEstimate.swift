import AgentChoice
import Benchmarks
import Experience
import Foundation
import Runs
import Settings
import Threads

/// What a new run will take on this machine: from a training step and an acting step that are timed, and the steps of the task's
/// trial. The evaluation at its end is not counted.
package struct RunEstimate: Sendable, Equatable {
    /// Agent steps of the run.
    package let agentSteps: Int
    /// Training steps of the run.
    package let updates: Int
    /// Seconds of all updates.
    package let trainingSeconds: Double
    /// Seconds of all agent steps, on the processors that actors have.
    package let playingSeconds: Double
    /// What would make it shorter, as a person would write it.
    package let hints: [String]

    /// Longer ones come with what would make them shorter.
    private static let long = 3600.0

    /// Measures.
    package init(_ configuration: Configuration, _ task: TriedTask) throws {
        self.init(configuration, task, try StepPace(of: configuration))
    }

    /// - Parameter pace: of such agents here.
    package init(_ configuration: Configuration, _ task: TriedTask, _ pace: StepPace) {
        self.init(
            configuration, updateSeconds: pace.training, stepSeconds: task.stepSeconds + pace.acting,
            processors: Processors.usable)
    }

    /// From what was measured: seconds of an update, and of an agent step of one actor.
    init(_ configuration: Configuration, updateSeconds: Double, stepSeconds: Double, processors: Int) {
        agentSteps = configuration.wantedSteps
        updates = configuration.trainingSteps()
        trainingSeconds = Double(updates) * updateSeconds
        playingSeconds = Double(agentSteps) * stepSeconds / Double(max(1, min(configuration.actors.count, processors)))
        hints = Self.hints(configuration)
    }

    /// Learner and actors share the processors.
    package var seconds: Double { trainingSeconds + playingSeconds }

    /// For people.
    package var lines: [String] {
        let line =
            "\(agentSteps) agent steps, \(updates) updates: about \(Self.text(seconds)) here (training \(Self.text(trainingSeconds)), "
            + "playing \(Self.text(playingSeconds)))"
        guard seconds > Self.long, !hints.isEmpty else { return [line] }
        return [line, "shorter: " + hints.joined(separator: ", ")]
    }

    private static func hints(_ configuration: Configuration) -> [String] {
        var hints = ["fewer --steps"]
        if configuration.replay.replayRatio > 64 {
            hints.append("a lower replay.replay_ratio than \(Int(configuration.replay.replayRatio))")
        }
        if configuration.agent.deterministic > 128 { hints.append("a smaller --size, such as micro") }
        if configuration.agent.image > 64 { hints.append("a smaller agent.image than \(configuration.agent.image)") }
        return hints
    }

    /// "15 min".
    package static func text(_ seconds: Double) -> String {
        switch seconds {
        case ..<90: "\(Int(seconds.rounded(.up))) s"
        case ..<5400: "\(Int((seconds / 60).rounded())) min"
        case ..<172_800: "\(Int((seconds / 3600).rounded())) h"
        default: "\(Int((seconds / 86_400).rounded())) days"
        }
    }
}

extension StepPace {
    /// With the threads and environments that a run has.
    package init(of configuration: Configuration) throws {
        let learner = configuration.learner
        try self.init(
            configuration.agent, threads: learner.computeThreads, precision: learner.precision,
            environments: min(16, configuration.actors.environmentsPerActor))
    }
}
