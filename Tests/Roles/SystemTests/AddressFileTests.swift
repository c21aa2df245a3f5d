import Foundation
import Glibc
import TestSupport
import Testing

/// Learner and actors that share nothing but a disk.
@Suite(.serialized, .timeLimit(.minutes(5))) struct AddressFileTests {
    let directory: TemporaryDirectory
    let logdir: String
    let file: String

    init() throws {
        directory = try TemporaryDirectory()
        (logdir, file) = (directory("run"), directory("learner.json"))
    }

    private func learner(steps: Int, _ more: String...) throws -> Child {
        try Child(
            ["learner", "--listen", "127.0.0.1:0", "--address-file", file] + more + Tiny.options(logdir, steps: steps))
    }

    private func actor(_ name: String, _ more: String...) throws -> Child {
        let token = try directory.write("a-secret-of-my-own\n", to: "token")
        chmod(token, 0o600)
        return try Child(["actor", "--address-file", file, "--token-file", token, "--name", name] + more)
    }

    /// Actors that start first, a learner whose certificate names no host, another port after a restart, and an actor that
    /// comes when all is over.
    @Test func actorsFindTheirLearnerAgain() async throws {
        let tls = directory("tls")
        #expect(try await Child(["certificates", "--output", tls, "--hosts", "nowhere.example"]).end().status == 0)
        let actor = try actor("a", "--tls", tls)
        try await actor.message("is not there yet")
        let token = directory("token")
        let first = try learner(steps: 3000, "--tls", tls, "--token-file", token)
        let run = Run(path: logdir)
        try await eventually("training; \(actor.transcript)") { try run.trainSteps >= 2 }
        first.send(SIGUSR1)
        #expect(try await first.end(within: .seconds(40)).status == 0, "\(first.transcript)")
        let stored = try run.streams().flatMap(\.sequences).count
        let second = try learner(steps: 3000, "--tls", tls, "--token-file", token)
        #expect(try await second.end(within: .seconds(100)).status == 0, "\(second.transcript)")
        #expect(try await actor.end(within: .seconds(30)).status == 0, "\(actor.transcript)")
        #expect(try run.streams().flatMap(\.sequences).count >= stored)
        try run.expectContiguous()
        let late = try self.actor("late", "--tls", tls)
        #expect(try await late.end(within: .seconds(10)).status == 0, "\(late.transcript)")
    }

    /// A node that was given up and is not dead.
    @Test func aSecondLearnerOfTheRunTakesItsPlace() async throws {
        let first = try learner(steps: 100_000)
        try await first.message("listening on")
        var announced = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: file))) as? [String: Any])
        announced["generation"] = 99
        announced["host"] = "elsewhere"
        try JSONSerialization.data(withJSONObject: announced).write(to: URL(fileURLWithPath: file))
        #expect(try await first.end(within: .seconds(40)).status == 8, "\(first.transcript)")
        expect(first.messages.last ?? "", says: "elsewhere", "this one ends")
        let third = try learner(steps: 100_000)
        try await third.message("listening on")
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.contains("\"generation\" : 100"), "\(text)")
    }

    @Test func oneOfBothIsGiven() async throws {
        for more in [[], ["--connect", "127.0.0.1:1", "--address-file", file]] {
            let actor = try Child(["actor", "--token-file", "t"] + more)
            #expect(try await actor.end().status == 64)
            expect(actor.messages.last ?? "", says: "--connect HOST:PORT", "--address-file FILE")
        }
    }
}
