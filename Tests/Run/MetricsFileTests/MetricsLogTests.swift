import Foundation
import Measurements
import MetricsFile
import Synchronization
import Testing

@Suite struct MetricsLogTests {
    /// What a log reported.
    final class Reports: Sendable {
        private let messages = Mutex<[String]>([])
        var all: [String] { messages.withLock { $0 } }
        func add(_ message: String) { messages.withLock { $0.append(message) } }
    }

    private let path = NSTemporaryDirectory() + "metrics-\(UInt64.random(in: 0...(.max))).jsonl"

    private func lines() throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    private func open(every interval: Double = 0) throws -> MetricsLog {
        try MetricsLog(path: path, sampleInterval: interval) { Issue.record("\($0)") }
    }

    @Test func aLineIsThereAtOnceWithSortedKeysTimeAndKind() throws {
        defer { unlink(path) }
        let log = try open()
        log.append(MeasurementRecord(episode("q\"\\\n\u{1}ü/"), at: Date(timeIntervalSince1970: 1_700_000_000.1239)))
        #expect(
            try lines() == [
                #"{"actor":"q\"\\\n\u0001ü/","agent_steps":3,"environment":0,"kind":"episode","length":9,"#
                    + #""policy_version":2,"return":0.5,"time":1700000000.124}"#
            ])
        withExtendedLifetime(log) {}
    }

    @Test func reopeningContinues() throws {
        defer { unlink(path) }
        for value in 0..<3 { try open().append(MeasurementRecord(episode("\(value)"))) }
        #expect(try lines().count == 3)
    }

    @Test(arguments: [
        ("{\"a\":1}\n{\"a\":2,\"b", ["{\"a\":1}"]),
        ("{\"a\":1}\n{\"a\":2}", ["{\"a\":1}", "{\"a\":2}"]),
        ("{\"a", []),
        ("{\"a\":1}\n\0\0\0\0", ["{\"a\":1}"]),
        ("{\"a\":1}\n12", ["{\"a\":1}"]),
        ("{\"a\":1}\n", ["{\"a\":1}"]),
        ("", []),
    ])
    func tornLastLineIsRepaired(content: String, kept: [String]) throws {
        defer { unlink(path) }
        try Data(content.utf8).write(to: URL(fileURLWithPath: path))
        let record = MeasurementRecord(episode("a"))
        try open().append(record)
        #expect(try lines() == kept + [record.json])
    }

    /// Samples come twice a second, for a display; what happened is written each time.
    @Test func samplesAreThinnedAndTheLastOneIsKept() throws {
        defer { unlink(path) }
        let log = try open(every: 10)
        for second in 0...25 {
            for measurement in [actor("a"), actor("b"), episode("a")] {
                log.append(MeasurementRecord(measurement, at: Date(timeIntervalSince1970: Double(second))))
            }
        }
        #expect(try times("actor") == [0, 0, 10, 10, 20, 20])
        #expect(try times("episode") == (0...25).map(Double.init))
        log.flush()
        #expect(try times("actor") == [0, 0, 10, 10, 20, 20, 25, 25])
        log.flush()
        #expect(try times("actor").count == 8)
        // A clock that was set back.
        log.append(MeasurementRecord(actor("a"), at: Date(timeIntervalSince1970: 1)))
        #expect(try times("actor").last == 1)
    }

    private func times(_ kind: String) throws -> [Double] {
        try lines().compactMap { MeasurementRecord(json: $0.utf8) }.filter { $0.measurement.kind.rawValue == kind }
            .map(\.time)
    }

    @Test func threadsDoNotMixLines() throws {
        defer { unlink(path) }
        let log = try open()
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for step in 0..<500 { log.append(MeasurementRecord(episode("\(thread) \(step)"))) }
        }
        let lines = try lines()
        #expect(lines.count == 4000)
        #expect(lines.allSatisfy { MeasurementRecord(json: $0.utf8) != nil })
    }

    /// The device that is always full stands for a disk that is.
    @Test(.enabled(if: access("/dev/full", W_OK) == 0)) func fullDiskIsReportedOnceAndLinesAreBounded() throws {
        let reports = Reports()
        let log = try MetricsLog(path: "/dev/full") { reports.add($0) }
        let text = String(repeating: "a", count: 100_000)
        for _ in 0..<20 { log.append(MeasurementRecord(episode(text))) }
        #expect(reports.all == ["metrics are not being written to /dev/full: No space left on device"])
        #expect(log.droppedLines == 10)
    }

    @Test func unusablePathsAreNamed() {
        let error = #expect(throws: MetricsFileError.self) {
            _ = try MetricsLog(path: "/nowhere/metrics.jsonl") { _ in }
        }
        #expect(error?.message == "/nowhere/metrics.jsonl: No such file or directory")
    }
}

private func episode(_ actor: String) -> RunMeasurement {
    .episode(
        EpisodeMeasurement(
            actor: actor, environment: 0, episodeReturn: 0.5, length: 9, policyVersion: 2, agentSteps: 3))
}

private func actor(_ name: String) -> RunMeasurement {
    .actor(
        ActorMeasurement(
            actor: name, connected: true, environmentSteps: 1, stepsPerSecond: 1, policyVersion: 1, newestVersion: 1))
}
