import Foundation
import Measurements
import Testing

@testable import Dashboard

@Suite struct RunStateTests {
    private func json(_ run: ShownRun) throws -> [String: Any] {
        var json = JSONText()
        run.writeAll(to: &json, pictures: [])
        return try #require(try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String: Any])
    }

    private func changes(_ run: ShownRun) throws -> [String: Any] {
        var json = JSONText()
        run.writeChanges(to: &json, pictures: [], withActors: true)
        return try #require(try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String: Any])
    }

    private func points(_ all: [String: Any], _ key: String) throws -> [[Double]] {
        let curves = try #require(all["curves"] as? [String: Any])
        let curve = try #require(curves[key] as? [Any], "\(key)")
        return try #require(curve[2] as? [[Double]])
    }

    @Test func theNewestMeasurementsAreShown() throws {
        let run = ShownRun(name: "r", pictures: "/nowhere")
        for measurement in [
            Samples.start, Samples.progress(500, waiting: "actors wait"), Samples.training(500, loss: 40),
            Samples.replay(500, stored: 400), Samples.episode(499, 2), Samples.episode(500, 4),
        ] { run.take(Samples.record(measurement)) }
        let all = try json(run)
        #expect(all["environment"] as? String == "catch" && all["waiting"] as? String == "actors wait")
        #expect(all["agentSteps"] as? Int == 500 && all["recentReturn"] as? Double == 3)
        #expect((all["replay"] as? [String: Any])?["actorsWaited"] as? Double == 12)
        let parts = try #require(all["parts"] as? [[Any]])
        #expect(parts.map { $0[0] as? String } == ["encoders", "backward"])
        #expect(try points(all, "loss.image").map { $0[2] } == [40])
        #expect(try points(all, "return").map { $0[2] } == [3])
    }

    /// Where nobody plays, agent steps stand still, and curves go by training steps.
    @Test func aRunWithoutActorsGoesByTrainingSteps() throws {
        let run = ShownRun(name: "r", pictures: "/nowhere")
        run.take(
            Samples.record(
                .start(
                    StartMeasurement(
                        environment: "catch", agent: "dreamerv3", targetSteps: 500, actionRepeat: 1, actors: 0,
                        targetTrainSteps: 40))))
        var losses = TrainingMetrics()
        for step in [10, 20] {
            losses[.imageLoss] = Float(step)
            let state = TrainingState(
                trainSteps: step, skippedSteps: 0, trainStepsPerSecond: 1, policyVersion: 1, agentSteps: 500,
                replayedSteps: 5)
            run.take(
                Samples.record(.training(TrainingMeasurement(state: state, replayedStaleness: nil, metrics: losses))))
            run.take(
                Samples.record(
                    .heldOut(HeldOutMeasurement(trainSteps: step, agentSteps: 500, steps: 8, losses: losses))))
        }
        let all = try json(run)
        #expect(all["done"] as? Int == 20 && all["target"] as? Int == 40 && all["goes"] as? String == "training steps")
        for key in ["loss.image", "held_out.loss.image"] {
            #expect(try points(all, key).map { [$0[0], $0[2]] } == [[10, 10], [20, 20]], "\(key)")
        }
    }

    @Test func whatIsMeasuredOfPicturesIsACurve() throws {
        let run = ShownRun(name: "r", pictures: "/nowhere")
        for (kind, inside) in [("mask", nil), ("openloop", 0.5), ("openloop", 0.25)] as [(String, Double?)] {
            run.take(
                Samples.record(
                    .picture(
                        PictureMeasurement(
                            picture: kind, png: "a", gif: "b", trainSteps: 1,
                            agentSteps: inside.map { Int(100 * $0) } ?? 9,
                            inside: inside, outside: inside.map { $0 / 2 }))))
        }
        let curves = try #require(try json(run)["curves"] as? [String: Any])
        #expect(Set(curves.keys) == ["openloop.inside", "openloop.outside"])
        #expect(try points(json(run), "openloop.inside").map { [$0[0], $0[2]] } == [[50, 0.5], [25, 0.25]])
    }

    @Test func changesAreWhatIsNew() throws {
        let run = ShownRun(name: "r", pictures: "/nowhere")
        run.take(Samples.record(Samples.episode(10, 1)))
        #expect(try points(changes(run), "return").count == 1)
        #expect(!run.isChanged)
        run.take(Samples.record(Samples.episode(20, 5)))
        #expect(run.isChanged)
        let news = try changes(run)
        #expect(try points(news, "return") == [[20, 0, 5]])
        #expect((news["curves"] as? [String: Any])?.count == 2)
    }

    @Test func actorsThatLeaveStayForAWhile() throws {
        let run = ShownRun(name: "r", pictures: "/nowhere")
        run.take(Samples.record(Samples.actor("here")))
        for index in 0..<100 {
            run.take(Samples.record(Samples.actor("gone-\(index)", connected: false, end: "lost"), at: Double(index)))
        }
        let actors = try #require(try json(run)["actors"] as? [[Any]])
        #expect(actors.count == 1 + RunState.maximumGone)
        let names = Set(actors.compactMap { $0[0] as? String })
        #expect(names.contains("here") && names.contains("gone-99") && !names.contains("gone-0"))
        let gone = try #require(actors.first { $0[0] as? String == "gone-99" })
        #expect(gone[1] as? Int == 0 && gone[9] as? String == "lost")
    }

    /// Whatever a name is made of, it is a text of the JSON.
    @Test(arguments: ["<img src=x onerror=alert(1)>", "\"},{\"", "a\\", "line\nbreak", "\u{0}\u{1f}", "ü🎲\u{2028}"])
    func namesAreTexts(name: String) throws {
        let run = ShownRun(name: "r", pictures: "/nowhere")
        run.take(Samples.record(Samples.actor(name)))
        let actors = try #require(try json(run)["actors"] as? [[Any]])
        #expect(actors[0][0] as? String == name)
    }

    @Test func theOldestStepIsAsOldAsItsInsertion() throws {
        let run = ShownRun(name: "r", pictures: "/nowhere")
        // Ten steps a second, of which the last 300 are kept.
        for second in 0...60 {
            run.take(
                Samples.record(Samples.replay(second * 10, stored: min(300, second * 10)), at: Double(1000 + second)))
        }
        let replay = try #require(try json(run)["replay"] as? [String: Any])
        let oldest = try #require(replay["oldest"] as? Double)
        #expect(abs(oldest - 30) < 6, "\(oldest)")
    }

    @Test func thePastComesFirst() throws {
        let run = ShownRun(name: "r", pictures: "/nowhere", hasPast: true)
        run.take(Samples.record(Samples.episode(200, 7), at: 2000))
        #expect(try points(json(run), "return").map { $0[2] } == [7])
        run.precede { take in
            for line in [Samples.record(Samples.episode(100, 3)).json, "{\"kind\":\"epis"] {
                take(Array(line.utf8)[...])
            }
        }
        let all = try json(run)
        #expect(try points(all, "return").map { $0[2] } == [3, 7])
        #expect(all["unreadLines"] as? Int == 1 && all["epoch"] as? Int == 1)
    }

    @Test func numbersAreJSON() throws {
        var json = JSONText()
        let numbers = [0, -0.0, 1e-30, 1.5, 1e300, -123456789, .nan, .infinity, Double(1 << 60), 1 / 3, 1795848712.345]
        json.array { json in for number in numbers { json.number(number) } }
        let read = try #require(try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [Any])
        for (number, read) in zip(numbers, read) {
            guard number.isFinite else {
                #expect(read is NSNull)
                continue
            }
            let value = try #require(read as? Double)
            #expect(abs(value - number) <= min(abs(number) * 1e-6, 1e-3), "\(number)")
        }
    }
}
