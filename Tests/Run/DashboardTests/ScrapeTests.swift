import Foundation
import Glibc
import Measurements
import TestSupport
import Testing

/// A real Prometheus reads what a learner offers. It is a package of Debian, which
/// `scripts/setup --browser` installs.
@Suite(.timeLimit(.minutes(5))) struct ScrapeTests {
    private static let program = "/usr/bin/prometheus"
    private static var isThere: Bool { FileManager.default.isExecutableFile(atPath: program) }

    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test(.enabled(if: isThere, "there is no \(program): scripts/setup --browser"))
    func prometheusReadsTheMetrics() async throws {
        let directory = directory
        try await Serving.run(directory: directory, token: "a token of its own", actorSeries: true) {
            (server: Serving) async throws in
            server.publish(
                Samples.start, Samples.training(500, loss: 40), Samples.replay(500, stored: 400),
                Samples.actor("a\"b\\c"),
                Samples.progress(500))
            let free = try RawSocket()
            let port = free.port
            free.close()
            let process = try start(port: port, scraping: server.port)
            defer {
                process.terminate()
                process.waitUntilExit()
            }
            let (up, steps, loss, credit) = (
                #"up{job="dreamer"}"#, "dreamer_agent_steps_total", #"dreamer_training_metric{metric="loss.image"}"#,
                #"dreamer_actor_credit_bytes{actor="a\"b\\c"}"#
            )
            #expect(try await value(of: up, from: port) == 1)
            #expect(try await value(of: steps, from: port) == 500)
            #expect(try await value(of: loss, from: port) == 40)
            #expect(try await value(of: credit, from: port) == Double(1 << 20))
            let types = try await ask("/api/v1/metadata", of: port)
            #expect(types.contains(#""dreamer_agent_steps_total":[{"type":"counter","help":"Agent steps of the run"#))
            #expect(types.contains(#""dreamer_replay_bytes":[{"type":"gauge""#))
        }
    }

    private func start(port: Int, scraping target: Int) throws -> Process {
        let configuration = """
            scrape_configs:
              - job_name: dreamer
                scrape_interval: 1s
                authorization: {credentials: a token of its own}
                static_configs: [{targets: ["127.0.0.1:\(target)"]}]
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.program)
        process.arguments = [
            "--config.file=\(try directory.write(configuration, to: "prometheus.yml"))",
            "--storage.tsdb.path=\(directory("data"))", "--web.listen-address=127.0.0.1:\(port)", "--log.level=error",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// The newest value of a query, once there is one.
    private func value(of query: String, from port: Int) async throws -> Double {
        let allowed = CharacterSet.alphanumerics
        let text = query.addingPercentEncoding(withAllowedCharacters: allowed) ?? query
        for _ in 0..<300 {
            let answer = (try? await ask("/api/v1/query?query=\(text)", of: port)) ?? ""
            if let match = answer.firstMatch(of: /"value":\[[0-9.]+,"([^"]+)"\]/), let value = Double(match.output.1) {
                return value
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Missed(description: "Prometheus has no \(query)")
    }

    private func ask(_ path: String, of port: Int) async throws -> String {
        try await onThread {
            let socket = try RawSocket(port: port)
            socket.send(Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8))
            return String(decoding: socket.receiveToEnd() ?? [], as: UTF8.self)
        }
    }
}
