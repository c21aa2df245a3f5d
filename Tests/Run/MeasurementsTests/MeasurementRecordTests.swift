import Foundation
import Measurements
import Testing

@Suite struct MeasurementRecordTests {
    private let date = Date(timeIntervalSince1970: 1_700_000_000.1239)

    private func fields(_ measurement: RunMeasurement) throws -> [String: Any] {
        let line = MeasurementRecord(measurement, at: date).json
        return try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    @Test func everyKindSurvives() throws {
        #expect(Set(oneOfEachKind.map(\.kind)) == Set(RunMeasurement.Kind.allCases))
        for measurement in oneOfEachKind {
            let record = MeasurementRecord(measurement, at: date)
            #expect(MeasurementRecord(json: record.json.utf8) == record)
            #expect(!record.json.contains("\n"))
        }
    }

    @Test func aLineIsOneFlatObjectWithSortedKeys() {
        #expect(
            MeasurementRecord(oneOfEachKind[6], at: date).json
                == #"{"above_limit":1,"from_0":1,"from_2":2,"from_4":1,"kind":"staleness","maximum":7,"mean":2.5,"#
                + #""time":1700000000.124,"trajectories":4}"#)
        #expect(
            MeasurementRecord(oneOfEachKind[2], at: date).json
                == #"{"agent_steps":4,"diagnostic.h_std":3,"kind":"train","loss.model":0.1,"policy_version":3,"#
                + #""replayed_staleness":1.5,"replayed_steps":5,"skipped_steps":1,"time":1700000000.124,"train_steps":12,"#
                + #""train_steps_per_second":2.5}"#)
    }

    /// A line has all keys of its kind; only losses that an agent does not have are left out.
    @Test func whatIsAbsentIsNull() throws {
        let absent: [(RunMeasurement, [String])] = [
            (
                .progress(
                    ProgressMeasurement(
                        training: state,
                        pace: .init(agentStepsPerSecond: 1, elapsedSeconds: 1, secondsLeft: nil, waiting: nil))),
                ["seconds_left", "waiting"]
            ),
            (
                .training(TrainingMeasurement(state: state, replayedStaleness: nil, metrics: metrics([:]))),
                ["replayed_staleness"]
            ),
            (
                .replay(
                    ReplayMeasurement(
                        agentSteps: 1, storedSteps: 1, trajectories: 1, bytes: 1, replayedSteps: 0, replayRatio: nil,
                        replayRatioConfigured: 1, damagedTrajectories: 0)),
                ["actors_waited_seconds", "replay_ratio", "sampler_waited_seconds"]
            ),
            (
                .evaluation(
                    EvaluationMeasurement(
                        policy: "random", seed: 1, episodes: 1, unfinished: 0, mean: 1, standardDeviation: 0,
                        trainSteps: nil)),
                ["achievement_score", "achievements", "train_steps"]
            ),
        ]
        for (measurement, keys) in absent {
            let fields = try fields(measurement)
            #expect(fields.filter { $0.value is NSNull }.keys.sorted() == keys)
            #expect(MeasurementRecord(json: MeasurementRecord(measurement).json.utf8)?.measurement == measurement)
        }
        #expect(try !fields(absent[1].0).keys.contains { $0.hasPrefix("loss.") })
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity]) func numbersThatJSONLacksAreNull(value: Double) throws {
        let episode = EpisodeMeasurement(
            actor: "a", environment: 0, episodeReturn: value, length: 1, policyVersion: 1, agentSteps: 1)
        #expect(try fields(.episode(episode))["return"] is NSNull)
        let read = MeasurementRecord(json: MeasurementRecord(.episode(episode)).json.utf8)
        guard case .episode(let found) = read?.measurement else { throw Unreadable() }
        #expect(found.episodeReturn.isNaN)
        let training = TrainingMeasurement(
            state: state, replayedStaleness: value, metrics: metrics([.modelLoss: Float(value)]))
        #expect(try fields(.training(training))["loss.model"] is NSNull)
        #expect(try fields(.training(training))["replayed_staleness"] is NSNull)
    }

    private struct Unreadable: Error {}

    /// Lines as earlier programs wrote them, before these types: numbers with ".0", nulls, fields that came later.
    @Test func linesOfEarlierProgramsAreRead() throws {
        let lines = [
            #"{"agent_steps":8961,"diagnostic.h_std":0.03,"grad_norm.actor":0.5,"kind":"train","loss.actor":-0.25,"#
                + #""loss.model":1.0,"policy_version":330,"replayed_staleness":null,"replayed_steps":573440,"#
                + #""skipped_steps":0,"time":1763718000.5,"train_steps":1120,"train_steps_per_second":12.0}"#,
            #"{"agent_steps":20,"kind":"train","loss.model":2.5,"policy_version":1,"replayed_steps":0,"time":1763718000.0,"#
                + #""train_steps":1,"train_steps_per_second":0.5}"#,
            #"{"above_limit":0,"from_0":12,"from_1":3,"from_8":1,"kind":"staleness","maximum":9.0,"mean":0.75,"#
                + #""time":1763718010.25,"trajectories":16}"#,
            #"{"actor":"actor-0","connected":true,"environment_steps":4500,"kind":"actor","newest_version":330,"#
                + #""policy_version":329,"steps_per_second":48.5,"time":1763718010.25}"#,
            #"{"agent_steps":8961,"bytes":1000000,"kind":"replay","replay_ratio":null,"replay_ratio_configured":64.0,"#
                + #""replayed_steps":573440,"stored_steps":8961,"time":1763718010.25,"trajectories":140}"#,
            #"{"actor":"actor-1","agent_steps":8960,"environment":3,"kind":"episode","length":9,"policy_version":330,"#
                + #""return":1.0,"time":1763718010.125}"#,
            #"{"episodes":10,"kind":"evaluation","mean":1.0,"standard_deviation":0.0,"time":1763718020.0,"#
                + #""train_steps":null}"#,
        ]
        let records = try lines.map { try #require(MeasurementRecord(json: $0.utf8), "\($0)") }
        guard case .training(let training) = records[0].measurement, case .training(let first) = records[1].measurement,
            case .staleness(let staleness) = records[2].measurement,
            case .evaluation(let evaluation) = records[6].measurement
        else { throw Unreadable() }
        #expect(training.metrics[.modelLoss] == 1 && training.metrics[.actorLoss] == -0.25)
        #expect(training.metrics[.criticLoss] == nil && training.state.trainSteps == 1120)
        #expect(first.state.skippedSteps == nil && first.replayedStaleness == nil)
        #expect(staleness.classes == [12, 3, 0, 0, 1] && staleness.summary.maximum == 9)
        #expect(evaluation.policy == nil && evaluation.seed == nil && evaluation.trainSteps == nil)
    }

    @Test(arguments: ["", "x", "[]", "{}", #"{"kind":"weather","time":1}"#, #"{"kind":"replay","time":1}"#])
    func whatIsNoMeasurementIsNil(line: String) {
        #expect(MeasurementRecord(json: line.utf8) == nil)
    }
}
