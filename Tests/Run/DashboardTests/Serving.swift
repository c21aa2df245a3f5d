import Dashboard
import Diagnostics
import Foundation
import Measurements
import Synchronization
import TestSupport
import Testing

/// A learner's dashboard on a free port, while a test asks it.
struct Serving: Sendable {
    let port: Int
    let address: String
    let measurements: MeasurementHub
    let dashboard: LearnerDashboard

    func publish(_ measurements: RunMeasurement..., at time: Double = 1000) {
        for measurement in measurements {
            self.measurements.publish(measurement, at: Date(timeIntervalSince1970: time))
        }
    }

    /// The answer to a request: status, head, and body.
    func ask(
        _ path: String, method: String = "GET", host: String = "localhost", headers: [String] = [], body: String = ""
    ) async throws -> (status: Int, head: String, body: String) {
        let lines = ["\(method) \(path) HTTP/1.1", "Host: \(host)", "Connection: close"] + headers
        let request =
            (lines + ["Content-Length: \(body.utf8.count)"]).joined(separator: "\r\n") + "\r\n\r\n" + body
        let bytes = try await onThread { () throws -> [UInt8]? in
            let socket = try RawSocket(port: port)
            socket.send(Array(request.utf8))
            return socket.receiveToEnd()
        }
        let text = String(decoding: try #require(bytes), as: UTF8.self)
        let end = try #require(text.range(of: "\r\n\r\n"), "\(text)")
        let status = try #require(text.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        return (status, String(text[..<end.lowerBound]), String(text[end.upperBound...]))
    }

    /// Serves while `body` goes on.
    static func run<Result: Sendable>(
        name: String = "run", directory: TemporaryDirectory, token: String? = nil, actorSeries: Bool = false,
        _ body: @escaping @Sendable (Serving) async throws -> Result
    ) async throws -> Result {
        var options = DashboardServer.Options(host: "127.0.0.1", port: 0)
        options.token = token
        let measurements = MeasurementHub()
        let dashboard = LearnerDashboard(
            options, name: name, metricsFile: directory("metrics.jsonl"), pictures: directory("pictures"),
            actorSeries: actorSeries, measurements: measurements)
        let (addresses, found) = AsyncStream.makeStream(of: Swift.Result<String, UserError>.self)
        return try await dashboard.server.serve {
            var iterator = addresses.makeAsyncIterator()
            let address = try #require(await iterator.next()).get()
            let port = try #require(URL(string: address)?.port)
            return try await body(
                Serving(port: port, address: address, measurements: measurements, dashboard: dashboard))
        } listening: {
            found.yield($0)
        }
    }
}
