import Experience
import Runs
import Settings
import TestSupport
import Testing

@testable import Supervision

@Suite struct TrainArgumentsTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func values(_ option: String, _ child: TrainChild, _ configuration: Configuration) throws -> [String] {
        let all = try TrainArguments(
            RunDirectory(creating: directory("run")), configuration, in: "config", python: nil)(child, address: nil)
        return zip(all, all.dropFirst()).filter { $0.0 == option }.map(\.1)
    }

    /// The run is their own: what it names is allowed, and nothing else.
    @Test func childrenMayUseWhatTheRunNames() throws {
        var configuration = Configuration()
        #expect(try values("--gym-module", .actor(0), configuration).isEmpty)
        #expect(try values("--backgrounds", .actor(0), configuration).isEmpty)
        configuration.environment.id = "gym/ale_py:ALE/Pong-v5"
        configuration.environment.options = EnvironmentOptions(backgrounds: "seen", evaluationBackgrounds: "kept")
        for child in [TrainChild.actor(1), .evaluator] {
            #expect(try values("--gym-module", child, configuration) == ["ale_py"])
        }
        #expect(try values("--backgrounds", .actor(1), configuration) == ["seen"])
        #expect(try values("--backgrounds", .evaluator, configuration) == ["kept"])
        #expect(try values("--gym-module", .learner, configuration).isEmpty)
        #expect(try values("--backgrounds", .learner, configuration).isEmpty)
    }
}
