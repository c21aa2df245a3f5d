import Foundation
import TestSupport
import Testing

/// What reaches a running learner that should not: it is refused, and the run goes on.
@Suite(.serialized, .timeLimit(.minutes(5))) struct StrangerTests {
    let directory: TemporaryDirectory
    let logdir: String
    let learner: Child
    let port: Int

    init() async throws {
        directory = try TemporaryDirectory()
        logdir = directory("run")
        (learner, port) = try await Tiny.learner(logdir)
    }

    /// An actor gets in and its trajectories are stored.
    private func expectThatTheRunGoesOn() async throws {
        let actor = try Tiny.actor("a", port: port, logdir: logdir)
        try await eventually("stored steps", within: .seconds(60)) { try Run(path: logdir).agentSteps > 0 }
        #expect(learner.ending == nil && actor.ending == nil)
    }

    @Test(arguments: [["learner", "--listen", "127.0.0.1:0"], ["train"]]) func secondLearner(_ command: [String])
        async throws
    {
        let before = try String(contentsOfFile: logdir + "/config.yaml", encoding: .utf8)
        let line = try await mistake(command + Tiny.options(logdir, steps: 777))
        expect(line, says: logdir, "in use by pid \(learner.identifier)", "choose another")
        #expect(try String(contentsOfFile: logdir + "/config.yaml", encoding: .utf8) == before)
    }

    @Test func evaluateWithoutCheckpoint() async throws {
        let line = try await mistake(["evaluate", "--logdir", logdir, "--episodes", "3"])
        expect(line, says: "\(logdir) has no checkpoint yet", "let the run train first")
    }

    @Test func secondActorOfOneName() async throws {
        let first = try Tiny.actor("a", port: port, logdir: logdir)
        try await first.message("playing catch")
        let second = try Tiny.actor("a", port: port, logdir: logdir)
        let ending = try await first.end()
        #expect((1...64).contains(ending.status) && ending.signal == nil, "\(ending)")
        let line = try #require(first.messages.last)
        expect(line, says: "dreamer: another process uses the actor name a", "give each actor its own name")
        #expect(second.ending == nil && learner.ending == nil)
    }

    @Test func wrongToken() async throws {
        let token = try directory.write("guessed, but long enough\n", to: "token")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: token)
        let line = try await mistake(["actor", "--connect", "127.0.0.1:\(port)", "--token-file", token])
        expect(line, says: "the token is wrong", "the token that the learner was started with")
        try await learner.message("the token is wrong")
        try await expectThatTheRunGoesOn()
    }

    /// The learner has Python, the actor has not.
    @Test(.enabled(if: Program.python != nil)) func actorWithoutVirtualEnvironment() async throws {
        let logdir = directory("bridged")
        let (learner, port) = try await Tiny.learner(logdir, environment: "atari/pong", python: Program.python)
        let line = try await mistake([
            "actor", "--connect", "127.0.0.1:\(port)", "--token-file", logdir + "/token",
            "--python", "/nonexistent/python",
        ])
        expect(line, says: "/nonexistent/python", "scripts/setup --envs")
        #expect(learner.ending == nil)
    }

    @Test func otherProtocolVersion() async throws {
        let socket = try RawSocket(port: port)
        // Field 1, protocol_version: 99; field 5, actor: "a".
        socket.send(Frame.bytes(Frame.hello, [0x08, 99, 0x2A, 1, UInt8(ascii: "a")]))
        let answer = try #require(await onThread { socket.receiveToEnd() }, "the learner closes")
        try #require(answer.count > 20)
        #expect(answer[4] == Frame.refusal)
        // Field 1, code: PROTOCOL_VERSION.
        #expect(Array(answer[20..<22]) == [0x08, 1])
        let text = String(decoding: answer[22...], as: UTF8.self)
        #expect(text.contains("the client speaks protocol version 99, the learner 2"), "\(text)")
        try await learner.message("protocol version 99")
        try await expectThatTheRunGoesOn()
    }

    @Test func randomBytes() async throws {
        let socket = try RawSocket(port: port)
        var random = SystemRandomNumberGenerator()
        // The first byte differs from a frame's, so that the bytes are not one by chance.
        socket.send([0] + (1..<1000).map { _ in UInt8.random(in: 0...255, using: &random) })
        let answer = await onThread { socket.receiveToEnd() }
        #expect(answer == [], "closed without an answer")
        try await learner.message("connection refused")
        try await expectThatTheRunGoesOn()
        #expect(learner.messages.count { $0.contains("connection refused") } == 1)
    }
}
