import Foundation
import Measurements
import Pictures
import TestSupport
import Testing

@testable import TensorBoard

@Suite struct TensorBoardTests {
    @Test func aRecordIsFramedAsTensorFlowDoes() {
        // As the record writer of PyPI's tensorboard frames the one byte.
        #expect(
            EventRecord.framed(Array("a".utf8))
                == [1, 0, 0, 0, 0, 0, 0, 0, 1, 117, 222, 65, 97, 120, 110, 228, 40])
    }

    @Test func numbersStandUnderKindAndKeyAtTheirAgentStep() throws {
        let episode = EpisodeMeasurement(
            actor: "a", environment: 1, episodeReturn: -0.5, length: 2, policyVersion: 3, agentSteps: 40)
        let event = try #require(BoardEvent(MeasurementRecord(.episode(episode)), step: 7) { _ in nil })
        #expect(event.step == 40 && event.values.map(\.tag) == ["episode/length", "episode/return"])
        let process = ProcessMeasurement(residentBytes: 1, processorSeconds: 2.5, threads: 3, descriptors: 4)
        let later = try #require(BoardEvent(MeasurementRecord(.process(process)), step: 7) { _ in nil })
        #expect(later.step == 7 && later.values.count == 4)
    }

    /// Where nobody plays, agent steps stand still.
    @Test func aRunWithoutActorsGoesByTrainingSteps() throws {
        let heldOut = MeasurementRecord(
            .heldOut(HeldOutMeasurement(trainSteps: 12, agentSteps: 400, steps: 8, losses: TrainingMetrics())))
        let event = try #require(BoardEvent(heldOut, step: 7, by: .trainingSteps) { _ in nil })
        #expect(event.step == 12 && event.values.contains { $0.tag == "held_out/steps" })
        #expect(try #require(BoardEvent(heldOut, step: 7) { _ in nil }).step == 400)
    }

    /// A size in bytes is kept, and what does not fit is said once.
    @Test func aFileHasAtMostItsSize() throws {
        let directory = try TemporaryDirectory()
        let log = try TensorBoardLog(directory: directory.url, sampleInterval: 0, limit: 2000) { _ in }
        for step in 0..<200 { log.append(Self.episode(step)) }
        log.flush()
        let size = try #require(try file(in: directory.url)).count
        #expect(size > 100 && size <= 2000)
    }

    @Test(.enabled(if: PythonPackages.isThere, PythonPackages.reason))
    func tensorBoardReadsNumbersAndImagesBack() throws {
        let directory = try TemporaryDirectory()
        let frames = [Picture(width: 30, height: 20, .white), Picture(width: 30, height: 20, .black)]
        try Data(PNG.encode(frames[0])).write(to: directory.url.appendingPathComponent("a.png"))
        try Data(GIF.encode(frames, hundredths: [10])).write(to: directory.url.appendingPathComponent("a.gif"))
        let log = try TensorBoardLog(directory: directory.url, sampleInterval: 0, limit: 1 << 20) { _ in }
        for step in [10, 20] { log.append(Self.episode(step)) }
        log.append(
            MeasurementRecord(
                .picture(
                    PictureMeasurement(
                        picture: "openloop", png: "a.png", gif: "a.gif", trainSteps: 3, agentSteps: 30, inside: 0,
                        outside: 0.25))))
        log.flush()
        let said = try Self.read(directory.url)
        #expect(
            said == """
                episode/return 10 0.5 20 1.0
                openloop/inside 30 0.0
                openloop/outside 30 0.25
                openloop/animation 30 30x20 b'GIF89a'
                openloop/strip 30 30x20 b'\\x89PNG\\r\\n'

                """)
    }

    private static func episode(_ step: Int) -> MeasurementRecord {
        MeasurementRecord(
            .episode(
                EpisodeMeasurement(
                    actor: "a", environment: 0, episodeReturn: Double(step) / 20, length: 9, policyVersion: 1,
                    agentSteps: step)))
    }

    private func file(in directory: URL) throws -> Data? {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        return try names.first { $0.hasPrefix("events.out.tfevents.") }.map {
            try Data(contentsOf: directory.appendingPathComponent($0))
        }
    }

    private static func read(_ directory: URL) throws -> String {
        let script = """
            import sys
            from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
            events = EventAccumulator(sys.argv[1], size_guidance={'images': 0, 'scalars': 0})
            events.Reload()
            for tag in ('episode/return', 'openloop/inside', 'openloop/outside'):
                print(tag, *(f'{e.step} {e.value}' for e in events.Scalars(tag)))
            for tag in ('openloop/animation', 'openloop/strip'):
                print(tag, *(f'{e.step} {e.width}x{e.height} {e.encoded_image_string[:6]}' for e in events.Images(tag)))
            """
        let (process, output) = (Process(), Pipe())
        process.executableURL = PythonPackages.interpreter
        process.arguments = ["-c", script, directory.path]
        process.standardOutput = output
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: said, as: UTF8.self)
    }
}
