import Foundation
import Glibc
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

    /// What others reach of a learner with certificates is encrypted, and asks for the token.
    @Test func theDashboardIsEncryptedToo() async throws {
        let directory = try TemporaryDirectory()
        let (tls, logdir) = (directory("tls"), directory("run"))
        #expect(try await Child(["certificates", "--output", tls]).end() == .init(status: 0))
        let learner = try Child(
            ["learner", "--listen", "127.0.0.1:0", "--tls", tls, "--advertise", "localhost"]
                + Tiny.options(logdir, steps: 200, settings: ["dashboard.listen=0.0.0.0:0"]))
        let line = try await learner.message("dashboard at https://localhost:")
        let port = try #require(line.split(separator: ":").last.flatMap { Int($0.prefix(while: \.isNumber)) })
        let token = try String(contentsOfFile: logdir + "/token", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        func ask(_ path: String, _ headers: String = "") async throws -> String {
            try await onThread {
                try Self.answer(
                    "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(headers)Connection: close\r\n\r\n", port: port,
                    authority: tls + "/ca.pem")
            }
        }
        #expect(try await ask("/health/ready").hasPrefix("HTTP/1.1 200"))
        #expect(try await ask("/api/runs").hasPrefix("HTTP/1.1 401"))
        #expect(try await ask("/api/runs", "Authorization: Bearer \(token)\r\n").contains("\"name\":\"run\""))
        let plain = try await onThread {
            let socket = try RawSocket(port: port)
            socket.send(Array("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
            return String(decoding: socket.receiveToEnd() ?? [], as: UTF8.self)
        }
        #expect(!plain.contains("live"))
        learner.send(SIGTERM)
        #expect(try await learner.end(within: .seconds(30)) == .init(status: 0), "\(learner.transcript)")
    }

    /// What a server answers that proves to be localhost.
    private static func answer(_ request: String, port: Int, authority: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = [
            "s_client", "-quiet", "-verify_return_error", "-verify_hostname", "localhost", "-CAfile", authority,
            "-connect", "127.0.0.1:\(port)",
        ]
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput, process.standardError) = (input, output, FileHandle.nullDevice)
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Array(request.utf8))
        let said = output.fileHandleForReading.readDataToEndOfFile()
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        return String(decoding: said, as: UTF8.self)
    }
}
