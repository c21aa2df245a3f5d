import Diagnostics
import Foundation
import Measurements

extension RunHistory {
    /// Reads `metrics.jsonl`. A line that is no measurement this program knows is left out and counted: one that was cut
    /// short when its run was killed, or damaged, or of another release.
    ///
    /// - Parameter others: of the other ranks of a group, whose actors have played episodes of the same run.
    /// - Throws: one line for a file that cannot be read.
    public init(contentsOf path: String, others: [String] = []) throws(UserError) {
        self.init(try Self.data(path), others: try others.map { path throws(UserError) in try Self.data(path) })
    }

    private static func data(_ path: String) throws(UserError) -> Data {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw UserError("\(path) cannot be read; a report needs the directory of a run that has been started")
        }
        return data
    }

    init(_ data: Data, others: [Data] = []) {
        self.init()
        var clock = WorkingClock()
        guard !others.isEmpty else {
            read(data) { $0.take($1, &clock) }
            return
        }
        var records: [MeasurementRecord] = []
        read(data) { records.append($1) }
        // Training is the same in all of them.
        for other in others {
            read(other) { if $1.measurement.kind == .episode { records.append($1) } }
        }
        for record in records.sorted(by: { $0.time < $1.time }) { take(record, &clock) }
    }

    private mutating func take(_ record: MeasurementRecord, _ clock: inout WorkingClock) {
        clock.advance(to: record.time)
        minutes = clock.seconds / 60
        add(record.measurement)
    }

    /// Calls `body` for each line that is a measurement, and counts the others.
    private mutating func read(_ data: Data, _ body: (inout RunHistory, MeasurementRecord) -> Void) {
        for line in data.split(separator: UInt8(ascii: "\n")) {
            if let record = MeasurementRecord(json: line) { body(&self, record) } else { unreadLines += 1 }
        }
    }

    private mutating func add(_ measurement: RunMeasurement) {
        switch measurement {
        case .progress(let progress): reach(progress.training)
        case .replay(let replay): agentSteps = max(agentSteps, replay.agentSteps)
        case .training(let training):
            reach(training.state)
            for (metric, value) in training.metrics.all where metric.lossName != nil {
                losses[metric, default: []].append(sample(Double(value), at: training.state.agentSteps))
            }
        case .episode(let episode):
            agentSteps = max(agentSteps, episode.agentSteps)
            if let names = episode.achievements { achievements.append(names.split(separator: " ").map(String.init)) }
            // What a failure of the task has cut short says nothing about the policy.
            guard episode.episodeReturn.isFinite, episode.failed != true else { return }
            returns.append(sample(episode.episodeReturn, at: episode.agentSteps))
        case .evaluation(let evaluation): add(evaluation)
        case .evaluator(let evaluation):
            guard evaluation.mean.isFinite else { return }
            evaluator.append(sample(evaluation.mean, at: evaluation.agentSteps ?? agentSteps))
        case .start(let start): isOffline = start.targetTrainSteps != nil
        case .heldOut(let heldOut):
            trainSteps = max(trainSteps, heldOut.trainSteps)
            for (metric, value) in heldOut.losses.all {
                self.heldOut[metric, default: []].append(sample(Double(value), at: heldOut.agentSteps))
            }
        // They tell what the task is, and how learner and actors are doing.
        case .budget, .actor, .staleness, .process, .picture: break
        }
    }

    private mutating func reach(_ state: TrainingState) {
        agentSteps = max(agentSteps, state.agentSteps)
        trainSteps = max(trainSteps, state.trainSteps)
    }

    private func sample(_ value: Double, at agentSteps: Int) -> Sample {
        Sample(agentSteps: Double(isOffline ? trainSteps : agentSteps), minutes: minutes, value: value)
    }

    private mutating func add(_ evaluation: EvaluationMeasurement) {
        trainSteps = max(trainSteps, evaluation.trainSteps ?? 0)
        guard evaluation.mean.isFinite else { return }
        evaluations.append(
            Evaluation(
                policy: evaluation.policy, seed: evaluation.seed, episodes: evaluation.episodes, mean: evaluation.mean,
                standardDeviation: evaluation.standardDeviation, trainSteps: evaluation.trainSteps ?? trainSteps,
                agentSteps: agentSteps, minutes: minutes, achievementScore: evaluation.achievementScore))
    }
}
