import Foundation
import Measurements
import Synchronization
import TestSupport
import Testing

@testable import MetricsFile

@Suite(.blocking, .timeLimit(.minutes(5))) struct MetricsLogTests {
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

    @Test func aLineHasSortedKeysTimeAndKind() throws {
        defer { unlink(path) }
        let log = try open()
        log.append(MeasurementRecord(episode("q\"\\\n\u{1}ü/"), at: Date(timeIntervalSince1970: 1_700_000_000.1239)))
        log.flush()
        #expect(
            try lines() == [
                #"{"achievements":null,"actor":"q\"\\\n\u0001ü/","agent_steps":3,"environment":0,"failed":false,"#
                    + #""kind":"episode","length":9,"policy_version":2,"return":0.5,"time":1700000000.124}"#
            ])
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
        log.flush()
        #expect(try times("actor") == [0, 0, 10, 10, 20, 20, 25, 25])
        #expect(try times("episode") == (0...25).map(Double.init))
        log.flush()
        #expect(try times("actor").count == 8)
        // A clock that was set back.
        log.append(MeasurementRecord(actor("a"), at: Date(timeIntervalSince1970: 1)))
        log.flush()
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
        log.flush()
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
        log.flush()
        #expect(reports.all == ["metrics are not being written to /dev/full: No space left on device"])
        #expect(log.droppedLines == 10)
    }

    /// A pipe that nobody reads holds up the thread that writes, and nobody else. Once it is read, all that was kept is there
    /// in order, and what was lost is said.
    @Test func whoeverMeasuresNeverWaitsForTheFile() throws {
        defer { unlink(path) }
        #expect(mkfifo(path, 0o600) == 0)
        let reports = Reports()
        let log = try MetricsLog(path: path) { reports.add($0) }
        let time = ContinuousClock().measure {
            for number in 0..<20_000 { log.append(MeasurementRecord(episode("\(number)"))) }
        }
        #expect(time < .seconds(20))
        #expect(reports.all == ["metrics are not being written to \(path): it takes no more"])
        // Nor does whoever wants to end.
        #expect(ContinuousClock().measure { log.flush() } < .seconds(10))

        let reader = try #require(FileHandle(forReadingAtPath: path))
        Thread.detachNewThread {
            while reports.all.count < 2 { Thread.sleep(forTimeInterval: 0.01) }
            log.append(MeasurementRecord(episode("end")))
        }
        var text = ""
        // Once there is nothing more to read, the line at the end is lost, and so is this test.
        while !text.suffix(200).contains(#""actor":"end""#) || !text.hasSuffix("\n"),
            poll(reader.fileDescriptor, within: .seconds(30))
        {
            text += String(decoding: reader.availableData, as: UTF8.self)
        }
        let names = text.split(separator: "\n").compactMap { line -> Int? in
            guard case .episode(let episode) = MeasurementRecord(json: line.utf8)?.measurement else { return nil }
            return Int(episode.actor)
        }
        #expect(names.first == 0 && names.count > 1000 && names.count < 20_000)
        #expect(zip(names, names.dropFirst()).allSatisfy { $0 < $1 })
        #expect(log.droppedLines == 20_000 - names.count)
        #expect(reports.all.last == "metrics are being written to \(path) again; \(log.droppedLines) lines were lost")
    }

    /// Trouble that only seems to end is the same trouble: what waited is taken, and then the file is stuck again.
    @Test func troubleThatGoesOnIsSaidOnce() throws {
        defer { unlink(path) }
        #expect(mkfifo(path, 0o600) == 0)
        let reports = Reports()
        let writer = try MetricsWriter(path: path, limit: nil) { reports.add($0) }
        let pipe = Foundation.open(path, O_RDWR | O_NONBLOCK)
        defer { close(pipe) }
        while [UInt8](repeating: 0, count: 4096).withUnsafeBytes({ write(pipe, $0.baseAddress, $0.count) }) > 0 {}

        writer.noteOverflow(1)
        let end = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            writer.write([MeasurementRecord(episode("a"))], dropped: 3)
            end.signal()
        }
        #expect(end.wait(timeout: .now() + 0.2) == .timedOut)
        writer.noteOverflow(4)
        #expect(reports.all == ["metrics are not being written to \(path): it takes no more"])

        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        #expect(read(pipe, &bytes, bytes.count) > 0)
        #expect(end.wait(timeout: .now() + 30) == .success)
        #expect(reports.all.last == "metrics are being written to \(path) again; 3 lines were lost")
        writer.noteOverflow(4)
        #expect(reports.all.count == 3)
    }

    /// What was handed over before the first loss says nothing of what comes after it.
    @Test func whatIsWrittenOfBeforeEndsNoTrouble() throws {
        defer { unlink(path) }
        let reports = Reports()
        let writer = try MetricsWriter(path: path, limit: nil) { reports.add($0) }
        writer.noteOverflow(1)
        writer.write([MeasurementRecord(episode("before"))], dropped: 0)
        writer.noteOverflow(2)
        #expect(reports.all == ["metrics are not being written to \(path): it takes no more"])
        writer.write([MeasurementRecord(episode("after"))], dropped: 2)
        #expect(reports.all.last == "metrics are being written to \(path) again; 2 lines were lost")
        // Said by a thread that was held up, when all is over.
        writer.noteOverflow(2)
        #expect(reports.all.count == 2)
    }

    private func poll(_ descriptor: Int32, within time: Duration) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return Foundation.poll(&request, 1, Int32(time / .milliseconds(1))) > 0
    }

    /// A run of any length: the file stays small, curves go from the beginning to the end, and no evaluation is lost.
    @Test func aLongPastBecomesCoarserInsteadOfLarger() throws {
        defer { unlink(path) }
        let limit = 64 << 10
        do {
            let log = try MetricsLog(path: path, limit: limit) { Issue.record("\($0)") }
            for number in 0..<20_000 {
                log.append(MeasurementRecord(episode("a"), at: Date(timeIntervalSince1970: Double(number))))
                if number % 2000 == 0 {
                    log.append(MeasurementRecord(evaluation(number), at: Date(timeIntervalSince1970: Double(number))))
                }
                if number % 500 == 0 { log.flush() }
            }
            log.flush()
        }
        let size = try Data(contentsOf: URL(fileURLWithPath: path)).count
        #expect(size <= limit && size > limit / 4)
        let times = try times("episode")
        #expect(times == times.sorted() && times.first == 0 && times.last == 19_999)
        #expect(try self.times("evaluation") == (0..<10).map { Double(2000 * $0) })
        // However often it was made smaller: nowhere is there a hole.
        let gaps = zip(times, times.dropFirst()).map { $1 - $0 }
        #expect(try #require(gaps.max()) <= 20_000 / Double(times.count) * 8)
        #expect(!FileManager.default.fileExists(atPath: path + ".partial"))
        // It goes on where it is.
        try open().append(MeasurementRecord(episode("b")))
        #expect(try lines().count == times.count + 11)
    }

    /// Where it cannot be made smaller, lines are dropped, and it does not grow either.
    @Test func aFileThatCannotBeMadeSmallerDoesNotGrow() throws {
        defer { unlink(path) }
        let (reports, limit) = (Reports(), 64 << 10)
        let log = try MetricsLog(path: path, limit: limit) { reports.add($0) }
        try FileManager.default.createDirectory(atPath: path + ".partial", withIntermediateDirectories: false)
        defer { rmdir(path + ".partial") }
        let text = String(repeating: "a", count: 1000)
        for _ in 0..<2000 { log.append(MeasurementRecord(episode(text))) }
        log.flush()
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count <= limit)
        #expect(reports.all.count == 1 && reports.all.first?.contains("cannot be made smaller") == true)
        #expect(log.droppedLines > 500)
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

private func evaluation(_ step: Int) -> RunMeasurement {
    .evaluation(
        EvaluationMeasurement(
            policy: "mode", seed: 1, episodes: 1, unfinished: 0, mean: 1, standardDeviation: 0, trainSteps: step))
}
