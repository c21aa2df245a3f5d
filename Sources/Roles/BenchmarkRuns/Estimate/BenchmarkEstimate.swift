import AgentChoice
import Benchmarks
import Display
import Foundation
import Runs
import Settings
import Supervision
import Threads

/// How long the pending runs of a grid will take, from parts that are measured here.
package struct BenchmarkEstimate: Sendable {
    struct Line: Sendable, Equatable {
        /// The kind of run: its name without its seed.
        var kind: String
        /// Of a whole run.
        var estimate: RunEstimate
    }

    let lines: [Line]
    /// Of all runs, some at a time.
    let seconds: Double

    /// - Parameters:
    ///   - pending: runs that are to be made, with how far they have come.
    ///   - isLocal: whether they share this machine.
    package init(
        _ pending: [(run: BenchmarkRun, state: RunState)], parallel: Int, isLocal: Bool
    ) throws {
        var paces: [(configuration: Configuration, pace: StepPace)] = []
        var (lines, training, playing) = ([Line](), 0.0, 0.0)
        let processors = Processors.usable
        for (run, state) in pending {
            let estimate = RunEstimate(run.configuration, run.task, try Self.pace(run.configuration, &paces))
            if !lines.contains(where: { $0.kind == run.kind }) {
                lines.append(Line(kind: run.kind, estimate: estimate))
            }
            let left = state.left(estimate)
            training += estimate.trainingSeconds * left.training
            playing += estimate.playingSeconds * left.playing
        }
        self.lines = lines
        // Learners that share this machine's cores take them from each other; actors have few of them.
        let sharing = Double(isLocal ? 1 : parallel)
        seconds = training / sharing + playing / Double(isLocal ? min(parallel, processors) : parallel)
    }

    /// Steps of agents that are alike are timed once; how many actions there are changes little.
    private static func pace(
        _ configuration: Configuration, _ known: inout [(configuration: Configuration, pace: StepPace)]
    ) throws -> StepPace {
        // What else differs, a seed for instance, makes no step longer.
        var alike = Configuration()
        alike.agent = configuration.agent
        alike.learner.threads = configuration.learner.threads
        alike.learner.precision = configuration.learner.precision
        alike.actors.environmentsPerActor = configuration.actors.environmentsPerActor
        if alike.agent.discrete, alike.agent.actionGroups.isEmpty { alike.agent.actions = 4 }
        if let found = known.first(where: { $0.configuration == alike }) { return found.pace }
        let pace = try StepPace(of: alike)
        known.append((alike, pace))
        return pace
    }

    /// Lines for people: one of each kind of run, and the sum.
    package var text: [String] {
        lines.map { line in
            "  \(line.kind): \(NumberText.grouped(line.estimate.agentSteps)) agent steps, "
                + "\(NumberText.grouped(line.estimate.updates)) updates, about \(RunEstimate.text(line.estimate.seconds)) a run"
        } + ["about \(RunEstimate.text(seconds)) in all on machines like this one, evaluations not counted"]
    }
}

extension RunState {
    /// Shares of training and playing that are left.
    fileprivate func left(_ estimate: RunEstimate) -> (training: Double, playing: Double) {
        guard case .unfinished(let played, let trained) = self else { return (1, 1) }
        func share(_ done: Int, _ all: Int) -> Double { all > 0 ? max(0, 1 - Double(done) / Double(all)) : 0 }
        return (share(trained, estimate.updates), share(played, estimate.agentSteps))
    }
}

extension BenchmarkPlan {
    /// How long runs of this plan will take.
    package func estimate(_ pending: [(run: BenchmarkRun, state: RunState)]) throws -> BenchmarkEstimate {
        try BenchmarkEstimate(pending, parallel: parallel, isLocal: command == nil)
    }
}
