import Foundation
import TestSupport
import Testing

/// The program's own stress test, for a second or two: that it runs, and that its figures are those of what was stored.
@Suite(.serialized, .timeLimit(.minutes(5))) struct StressTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func everythingAcknowledgedIsVerified() async throws {
        let child = try Child([
            "stress", "--actors", "2", "--connections", "6", "--seconds", "2", "--sample", "--weights", "nano",
            "--storage", directory("storage"), "--json",
        ])
        #expect(try await child.end() == .init(status: 0))
        let text = child.output.joined(separator: "\n")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
        let check = try #require(report["verification"] as? [String: Any])
        let acknowledged = try #require(check["acknowledged"] as? Int)
        #expect(acknowledged > 10 && check["missing"] as? Int == 0 && check["changed"] as? Int == 0)
        #expect((report["failures"] as? [String]) == [])
        #expect((report["sampledPerSecondAlone"] as? NSNumber)?.doubleValue ?? 0 > 0)
        #expect((report["weights"] as? [String: Any])?["encodings"] as? Int == 1)
        let run = Run(path: directory("storage"))
        #expect(try run.streams().count == 6)
        #expect(try run.streams().reduce(0) { $0 + $1.sequences.count } == check["stored"] as? Int)
        try run.expectContiguous()
        // A second test must not mix its trajectories with these.
        let line = try await mistake(["stress", "--seconds", "1", "--storage", directory("storage")])
        expect(line, says: "--storage", "holds a run", "a directory of its own")
    }

    /// With a replay that evicts, as a run's does, memory stays what it is once buffers have their sizes. The same for an
    /// hour: `dreamer stress --capacity 1000000 --seconds 3600`.
    @Test func memoryStaysFlat() async throws {
        let child = try Child([
            "stress", "--actors", "2", "--seconds", "12", "--capacity", "20000", "--window", "4", "--json",
        ])
        #expect(try await child.end() == .init(status: 0), "\(child.transcript)")
        let text = child.output.joined(separator: "\n")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
        let check = try #require(report["verification"] as? [String: Any])
        #expect(try #require(check["evicted"] as? Int) > 0 && check["missing"] as? Int == 0)
        #expect((report["failures"] as? [String]) == [])
    }

    @Test func mistakes() async throws {
        expect(try await mistake(["stress", "--weights", "huge"]), says: "unknown size huge", "nano")
        expect(
            try await mistake(["stress", "--actors", "4", "--connections", "2"]), says: "--connections must be 4 to")
        expect(try await mistake(["stress", "--seconds", "0"]), says: "--seconds must be")
    }
}
