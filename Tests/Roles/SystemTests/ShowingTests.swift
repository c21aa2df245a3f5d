import Foundation
import Glibc
import TestSupport
import Testing

extension SlowTests {
    /// The page of a learner, and of runs that lie in folders, as real processes serve it.
    @Suite(.timeLimit(.minutes(15))) struct ShowingTests {
        let directory: TemporaryDirectory
        let logdir: String

        init() throws {
            directory = try TemporaryDirectory()
            logdir = directory("run")
        }

        private static func port(in line: String) throws -> Int {
            try #require(
                line.firstMatch(of: /dashboard at http:\/\/127\.0\.0\.1:([0-9]+)\//).flatMap { Int($0.output.1) })
        }

        private static func ask(_ path: String, of port: Int) async throws -> String {
            try await onThread {
                let socket = try RawSocket(port: port)
                socket.send(Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8))
                return String(decoding: socket.receiveToEnd() ?? [], as: UTF8.self)
            }
        }

        private static func wait(for text: String, at path: String, of port: Int) async throws {
            for _ in 0..<600 {
                if try await ask(path, of: port).contains(text) { return }
                try await Task.sleep(for: .milliseconds(100))
            }
            throw Missed(description: "\(path) does not say \(text)")
        }

        /// A learner whose port is taken shows itself elsewhere, and ends in good order while browsers look on.
        @Test func aRunIsShownWhileItGoesOnAndAfterwards() async throws {
            let taken = try RawSocket()
            let (learner, port) = try await Tiny.learner(
                logdir, settings: ["dashboard.listen=127.0.0.1:\(taken.port)"])
            let page = try Self.port(in: try await learner.message("dashboard at "))
            #expect(page != taken.port)
            let actor = try Tiny.actor("a", port: port, logdir: logdir)
            try await Self.wait(for: "HTTP/1.1 200", at: "/health/ready", of: page)
            try await Self.wait(for: "\"a\"", at: "/api/runs/0", of: page)
            try await Self.wait(for: "dreamer_actors_connected 1.0", at: "/metrics", of: page)
            let browser = try RawSocket(port: page, receiveBuffer: 4096)
            browser.send(Array("GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
            try await Self.wait(for: "\"loss.model\"", at: "/api/runs/0", of: page)
            learner.send(SIGTERM)
            #expect(try await learner.end(within: .seconds(30)) == .init(status: 0), "\(learner.transcript)")
            actor.send(SIGTERM)

            let dashboard = try Child(["dashboard", directory.path, "--listen", "127.0.0.1:0"])
            let line = try await eventually("the page") { dashboard.output.first { $0.contains("dashboard at ") } }
            let shown = try Self.port(in: line)
            try await Self.wait(for: "\"name\":\"run\"", at: "/api/runs", of: shown)
            try await Self.wait(for: "\"loss.model\"", at: "/api/runs/0", of: shown)
            #expect(try await Self.ask("/metrics", of: shown).hasPrefix("HTTP/1.1 404"))
            dashboard.send(SIGTERM)
            try await dashboard.end(within: .seconds(10))
            browser.close()
            taken.close()
        }

        @Test func whatOthersReachNeedsEncryptionAndAToken() async throws {
            for (arguments, reason) in [
                (["dashboard", directory.path, "--listen", "0.0.0.0:0"], "--listen: 0.0.0.0 is reachable"),
                (["dashboard", directory.path, "--listen", "0.0.0.0:0", "--insecure-listen"], "give --token-file"),
                (["dashboard", directory("nothing")], "does not exist"),
                (
                    ["learner"] + Tiny.options(logdir, steps: 400, settings: ["dashboard.listen=0.0.0.0:0"]),
                    "dashboard.listen: 0.0.0.0 is reachable"
                ),
            ] {
                let child = try Child(arguments)
                #expect(try await child.end() == .init(status: 64), "\(child.transcript)")
                #expect(child.messages.count == 1 && child.messages[0].contains(reason), "\(child.transcript)")
            }
            #expect(!FileManager.default.fileExists(atPath: logdir))
        }
    }
}
