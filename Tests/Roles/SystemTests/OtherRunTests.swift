import Foundation
import Glibc
import TestSupport
import Testing

/// An actor belongs to the run that let it in: what it plays is of that task, with those settings.
@Suite(.serialized, .timeLimit(.minutes(5))) struct OtherRunTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func training(_ logdir: String) async throws -> (learner: Child, actor: Child, port: Int) {
        let (learner, port) = try await Tiny.learner(logdir)
        let actor = try Tiny.actor("a", port: port, logdir: logdir)
        try await eventually("training") { try Run(path: logdir).trainSteps >= 2 }
        learner.send(SIGINT)
        #expect(try await learner.end() == .init(status: 0), "\(learner.transcript)")
        return (learner, actor, port)
    }

    @Test func anActorDoesNotCrossOverIntoAnother() async throws {
        let (first, second) = (directory("first"), directory("second"))
        let (_, actor, port) = try await training(first)
        try FileManager.default.createDirectory(atPath: second, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: first + "/token", toPath: second + "/token")
        let (other, _) = try await Tiny.learner(second, port: port, environment: "minatar/breakout")
        #expect(try await actor.end(within: .seconds(40)) == .init(status: 5), "\(actor.transcript)")
        expect(actor.messages.last ?? "", says: "dreamer: ", "start the actor again")
        #expect(other.ending == nil)
        #expect(try Run(path: second).streams().isEmpty)
    }

    @Test func anActorStartsAgainWhereTheSettingsHaveChanged() async throws {
        let logdir = directory("run")
        let (_, actor, port) = try await training(logdir)
        let (learner, _) = try await Tiny.learner(logdir, port: port, settings: ["actors.environments_per_actor=2"])
        #expect(try await actor.end(within: .seconds(40)) == .init(status: 5), "\(actor.transcript)")
        expect(actor.messages.last ?? "", says: "dreamer: ", "configuration has changed", "start the actor again")
        #expect(learner.ending == nil)
    }
}
