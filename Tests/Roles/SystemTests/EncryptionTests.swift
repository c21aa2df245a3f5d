import Foundation
import TestSupport
import Testing

/// Learner and actor with certificates that the program has made, and one that comes without.
@Suite(.serialized, .timeLimit(.minutes(5))) struct EncryptionTests {
    @Test func onlyActorsWithACertificateTakePart() async throws {
        let directory = try TemporaryDirectory()
        let (tls, logdir) = (directory("tls"), directory("run"))
        #expect(try await Child(["certificates", "--output", tls]).end() == .init(status: 0))
        let learner = try Child(
            ["learner", "--listen", "127.0.0.1:0", "--tls", tls] + Tiny.options(logdir, steps: 200))
        let line = try await learner.message("listening on 127.0.0.1:")
        let port = try #require(Int(line.split(separator: "127.0.0.1:")[1].prefix { $0.isNumber }))
        let common = ["--token-file", logdir + "/token"]
        let stranger = try Child(["actor", "--connect", "127.0.0.1:\(port)", "--name", "stranger"] + common)
        try await learner.message("connection refused")
        // The learner's certificate names localhost, too.
        let actor = try Child(["actor", "--connect", "localhost:\(port)", "--name", "a", "--tls", tls] + common)
        #expect(try await learner.end() == .init(status: 0), "\(learner.transcript)")
        #expect(try await actor.end(within: .seconds(30)) == .init(status: 0), "\(actor.transcript)")
        #expect(stranger.ending == nil, "it keeps trying: \(stranger.transcript)")
        #expect(try Run(path: logdir).streams().map(\.actor) == ["a"])
    }
}
