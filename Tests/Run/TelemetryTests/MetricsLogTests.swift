import Foundation
import Synchronization
import Telemetry
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

    private func open(_ policy: MetricsLog.FlushPolicy = .everyLine) throws -> MetricsLog {
        try MetricsLog(path: path, flush: policy) { Issue.record("\($0)") }
    }

    @Test func linesHaveSortedKeysTimeAndKind() throws {
        defer { unlink(path) }
        let log = try open()
        let date = Date(timeIntervalSince1970: 1_700_000_000.1239)
        log.append(kind: "train", ["z": 1, "a": 0.5, "t": "q\"\\\n\u{1}ü", "b": true, "n": nil], at: date)
        #expect(
            try lines() == [
                #"{"a":0.5,"b":true,"kind":"train","n":null,"t":"q\"\\\n\u0001ü","time":1700000000.124,"z":1}"#
            ])
    }

    @Test func numbersThatJSONLacksAreNull() throws {
        defer { unlink(path) }
        let log = try open()
        log.append(kind: "x", ["a": .number(.nan), "b": .number(.infinity), "c": .number(1e-30), "d": .integer(.max)])
        let object = try JSONSerialization.jsonObject(with: Data(try lines()[0].utf8)) as? [String: Any]
        #expect(object?["a"] is NSNull && object?["b"] is NSNull)
        #expect(object?["c"] as? Double == 1e-30 && object?["d"] as? Int == .max)
    }

    @Test func reopeningContinues() throws {
        defer { unlink(path) }
        for value in 0..<3 { try open().append(kind: "x", ["value": .integer(value)]) }
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
        try open().append(kind: "x", [:], at: Date(timeIntervalSince1970: 1))
        #expect(try lines() == kept + [#"{"kind":"x","time":1.0}"#])
    }

    @Test func bufferedLinesAreWrittenWhenDueAtTheLatestAtTheEnd() throws {
        defer { unlink(path) }
        do {
            let log = try open(.every(seconds: 10))
            for second in [100, 101, 109, 110, 111] {
                log.append(kind: "x", [:], at: Date(timeIntervalSince1970: Double(second)))
                let expected = second < 110 ? 1 : 4
                #expect(try lines().count == expected, "at \(second)")
            }
            log.append(
                kind: "x", ["text": .text(String(repeating: "a", count: 70_000))], at: Date(timeIntervalSince1970: 112))
            #expect(try lines().count == 6)
            log.append(kind: "x", [:], at: Date(timeIntervalSince1970: 113))
        }
        #expect(try lines().count == 7)
    }

    @Test func threadsDoNotMixLines() throws {
        defer { unlink(path) }
        let log = try open(.every(seconds: 1000))
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for step in 0..<500 { log.append(kind: "x", ["thread": .integer(thread), "step": .integer(step)]) }
        }
        log.flush()
        let lines = try lines()
        #expect(lines.count == 4000)
        for line in lines { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
    }

    /// The device that is always full stands for a disk that is.
    @Test(.enabled(if: access("/dev/full", W_OK) == 0)) func fullDiskIsReportedOnceAndLinesAreBounded() throws {
        let reports = Reports()
        let log = try MetricsLog(path: "/dev/full", flush: .everyLine) { reports.add($0) }
        let text = String(repeating: "a", count: 100_000)
        for _ in 0..<20 { log.append(kind: "x", ["text": .text(text)]) }
        #expect(reports.all == ["metrics are not being written to /dev/full: No space left on device"])
        #expect(log.droppedLines == 10)
    }

    @Test func unusablePathsAreNamed() {
        let error = #expect(throws: TelemetryError.self) {
            _ = try MetricsLog(path: "/nowhere/metrics.jsonl") { _ in }
        }
        #expect(error?.message == "/nowhere/metrics.jsonl: No such file or directory")
    }
}
