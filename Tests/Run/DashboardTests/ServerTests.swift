import Diagnostics
import Foundation
import Glibc
import Measurements
import TestSupport
import Testing

@testable import Dashboard

/// Over real sockets.
@Suite(.timeLimit(.minutes(5))) struct ServerTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test func thePageComesWithItsPolicy() async throws {
        try await Serving.run(directory: directory) { server async throws in
            for (path, type) in [
                ("/", "text/html"), ("/dashboard.js", "text/javascript"), ("/dashboard.css", "text/css"),
                ("/charts.js", "text/javascript"), ("/actors.js", "text/javascript"), ("/format.js", "text/javascript"),
                ("/icon.svg", "image/svg+xml"),
            ] {
                let answer = try await server.ask(path)
                #expect(answer.status == 200 && answer.head.contains("Content-Type: \(type)"), "\(path)")
                #expect(answer.head.contains("Content-Security-Policy: default-src 'none'; script-src 'self';"))
                #expect(answer.head.contains("X-Content-Type-Options: nosniff"))
                // Nothing comes from elsewhere, and nothing in the page runs that is not a file of its own.
                #expect(!answer.body.contains("https://") && !answer.body.contains("innerHTML"), "\(path)")
            }
            #expect(try await server.ask("/nothing").status == 404)
            #expect(try await server.ask("/api/runs/1").status == 404)
        }
    }

    @Test func aliveIsNotReady() async throws {
        try await Serving.run(directory: directory) { server async throws in
            #expect(try await server.ask("/health/live").status == 200)
            #expect(try await server.ask("/health/ready").status == 503)
            server.dashboard.server.setReady(true)
            #expect(try await server.ask("/health/ready").status == 200)
        }
    }

    @Test func measurementsAreTold() async throws {
        try await Serving.run(directory: directory) { server async throws in
            server.publish(Samples.start, Samples.progress(500), Samples.actor("<b>a</b>"), Samples.episode(500, 2))
            let list = try await server.ask("/api/runs").body
            #expect(list.contains("\"name\":\"run\"") && list.contains("\"live\":true"))
            let all = try await server.ask("/api/runs/0").body
            #expect(
                all.contains("\"agentSteps\":500") && all.contains("<b>a</b>") && all.contains("\"return\":[0,0,[[500"))
        }
    }

    @Test func eventsTellWhatIsNew() async throws {
        try await Serving.run(directory: directory) { server async throws in
            let listener = try RawSocket(port: server.port)
            listener.send(Array("GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
            let beginning = try await Self.text(of: listener, until: "retry: 2000")
            #expect(beginning.contains("Content-Type: text/event-stream"))
            server.publish(Samples.actor("late"), Samples.episode(40, 2.5))
            let event = try await Self.text(of: listener, until: "\n\n")
            #expect(event.contains("data: {\"number\":1,\"runs\":{\"0\":") && event.contains("\"late\""))
            #expect(event.contains("[40,0,2.5]"))
            server.publish(Samples.actor("late", connected: false, end: "it left"))
            #expect(try await Self.text(of: listener, until: "\n\n").contains("it left"))
        }
    }

    /// Who listens and reads nothing keeps nobody from reading, nor the server from ending.
    @Test func aBrowserThatDoesNotReadHoldsNobodyUp() async throws {
        let start = ContinuousClock.now
        let sockets = try await Serving.run(directory: directory) { server async throws in
            let stuck = try (0..<8).map { _ in
                let socket = try RawSocket(port: server.port, receiveBuffer: 4096)
                socket.send(Array("GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
                return socket
            }
            for round in 0..<4 {
                for index in 0..<1000 {
                    server.publish(Samples.actor("actor-\(index)-\(String(repeating: "x", count: 200))"))
                }
                server.publish(Samples.progress(round))
                let answer = try await server.ask("/api/runs/0")
                #expect(answer.status == 200 && answer.body.contains("actor-999-"))
                try await Task.sleep(for: .seconds(1.2))
            }
            return stuck
        }
        #expect(ContinuousClock.now - start < .seconds(60))
        for socket in sockets { socket.close() }
    }

    /// What hangs between request and answer must not hang the end, either.
    @Test func theEndDoesNotWaitForOpenConnections() async throws {
        let open = try await Serving.run(directory: directory) { server async throws in
            let half = try RawSocket(port: server.port)
            half.send(Array("GET / HTTP/1.1\r\nHost: loc".utf8))
            let idle = try RawSocket(port: server.port)
            let listening = try RawSocket(port: server.port)
            listening.send(Array("GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
            _ = try await Self.text(of: listening, until: "retry: 2000")
            return [half, idle, listening]
        }
        for socket in open { #expect(await onThread { socket.receiveToEnd() } != nil) }
    }

    @Test func anotherPortIsAsGoodWhereOneIsTaken() async throws {
        let taken = try RawSocket()
        var options = DashboardServer.Options(host: "127.0.0.1", port: taken.port)
        let refused = try await Self.outcome(options)
        #expect(
            throws: UserError("there is no dashboard: 127.0.0.1:\(taken.port) is taken by another program", exitCode: 1)
        ) { try refused.get() }
        options.furtherPorts = 50
        let address = try await Self.outcome(options).get()
        #expect(address.hasPrefix("http://127.0.0.1:") && !address.contains(":\(taken.port)/"))
    }

    private static func outcome(_ options: DashboardServer.Options) async throws -> Result<String, UserError> {
        let (results, found) = AsyncStream.makeStream(of: Result<String, UserError>.self)
        return try await DashboardServer(options, runs: RunList(isLive: true)).serve {
            var iterator = results.makeAsyncIterator()
            return try #require(await iterator.next())
        } listening: {
            found.yield($0)
        }
    }

    @Test func othersShowTheToken() async throws {
        try await Serving.run(directory: directory, token: "se cret+%") { server async throws in
            for path in ["/api/runs", "/api/runs/0", "/api/events", "/metrics", "/dashboard.js"] {
                #expect(try await server.ask(path).status == 401, "\(path)")
            }
            #expect(try await server.ask("/").head.contains("Location: /login"))
            for path in ["/health/live", "/login", "/login.js", "/dashboard.css"] {
                #expect(try await server.ask(path).status == 200, "\(path)")
            }
            #expect(try await server.ask("/metrics", headers: ["Authorization: Bearer se cret+%"]).status == 200)
            let wrong = try await server.ask("/login", method: "POST", body: "token=secret")
            #expect(wrong.status == 303 && !wrong.head.contains("Set-Cookie"))
            let right = try await server.ask("/login", method: "POST", body: "token=se+cret%2B%25")
            let cookie = try #require(right.head.firstMatch(of: /Set-Cookie: ([^;]+);/)?.output.1)
            #expect(try await server.ask("/api/runs", headers: ["Cookie: \(cookie)"]).status == 200)
        }
    }

    @Test func namesThatPointHereAreNotLoopback() async throws {
        try await Serving.run(directory: directory) { server async throws in
            #expect(try await server.ask("/api/runs", host: "evil.example:\(server.port)").status == 403)
            #expect(try await server.ask("/api/runs", host: "127.0.0.1:\(server.port)").status == 200)
        }
    }

    @Test func theNewestPicturesAreShown() async throws {
        try FileManager.default.createDirectory(atPath: directory("pictures"), withIntermediateDirectories: true)
        for name in ["mask-20.png", "mask-100.png", "openloop-5.gif", "openloop-5.png", "note.txt", "x-1.svg"] {
            _ = try directory.write("picture \(name)", to: "pictures/\(name)")
        }
        _ = try directory.write("secret", to: "token-1.png")
        try await Serving.run(directory: directory) { server async throws in
            var all = ""
            for _ in 0..<100 where !all.contains("mask-100.png") {
                all = try await server.ask("/api/runs/0").body
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(all.contains("{\"kind\":\"mask\",\"step\":100,\"file\":\"mask-100.png\"}"))
            #expect(
                all.contains("openloop-5.gif") && !all.contains("openloop-5.png") && !all.contains("mask-20.png")
                    && !all.contains("svg"))
            let picture = try await server.ask("/api/runs/0/pictures/mask-100.png")
            #expect(picture.body == "picture mask-100.png" && picture.head.contains("Content-Type: image/png"))
            for path in ["note.txt", "x-1.svg", "..%2Ftoken-1.png", "%2e%2e%2ftoken-1.png", ".mask-1.png", "no-1.png"] {
                let answer = try await server.ask("/api/runs/0/pictures/\(path)")
                #expect(answer.status == 404 && !answer.body.contains("secret"), "\(path)")
            }
        }
    }

    /// A run that goes on shows what it was before.
    @Test func theRunsPastIsShown() async throws {
        let lines = (0..<50).map { Samples.record(Samples.episode($0 * 10, Double($0)), at: Double($0)).json }
        _ = try directory.write(lines.joined(separator: "\n") + "\nno line\n{\"cut\":", to: "metrics.jsonl")
        try await Serving.run(directory: directory) { server async throws in
            server.publish(Samples.episode(1000, 77), at: 100)
            var all = ""
            for _ in 0..<100 where !all.contains("\"unreadLines\":1") {
                all = try await server.ask("/api/runs/0").body
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(all.contains("\"unreadLines\":1") && all.contains("\"episodes\":51"))
            #expect(all.contains("[490,") && all.contains("[1000,"))
        }
    }

    @Test func metricsAreForPrometheus() async throws {
        try await Serving.run(directory: directory) { server async throws in
            server.publish(Samples.start, Samples.progress(500))
            let answer = try await server.ask("/metrics")
            #expect(answer.head.contains("Content-Type: text/plain; version=0.0.4"))
            #expect(answer.body.contains("\ndreamer_agent_steps_total 500.0\n"))
        }
    }

    /// What has come until `end` is there.
    private static func text(of socket: RawSocket, until end: String) async throws -> String {
        try await onThread {
            var text = ""
            while !text.contains(end) {
                guard let bytes = socket.receive(), !bytes.isEmpty else {
                    throw Missed(description: "no \(end) in \(text)")
                }
                text += String(decoding: bytes, as: UTF8.self)
            }
            return text
        }
    }
}
