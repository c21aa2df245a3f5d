import Foundation
import GRDB
import Testing

/// What a run has left in its directory.
struct Run {
    let path: String

    /// One line of `metrics.jsonl`.
    struct Metric {
        let kind: String
        let fields: [String: Any]

        func number(_ name: String) -> Double? { (fields[name] as? NSNumber)?.doubleValue }
        func text(_ name: String) -> String? { fields[name] as? String }
    }

    /// All complete lines so far; each must be JSON with a kind and a time.
    func metrics() throws -> [Metric] {
        guard let text = try? String(contentsOfFile: path + "/metrics.jsonl", encoding: .utf8) else { return [] }
        return try text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { line in
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
            let kind = try #require(object["kind"] as? String, "a kind in \(line)")
            #expect(object["time"] is NSNumber, "a time in \(line)")
            return Metric(kind: kind, fields: object)
        }
    }

    func metrics(_ kind: String) throws -> [Metric] { try metrics().filter { $0.kind == kind } }

    /// Training steps so far, as the newest line about training says.
    var trainSteps: Int { get throws { Int(try metrics("train").last?.number("train_steps") ?? 0) } }
    /// Agent steps so far, as the newest line about the replay says.
    var agentSteps: Int { get throws { Int(try metrics("replay").last?.number("agent_steps") ?? 0) } }

    /// Names of the files in `checkpoints` but for the one evaluated best.
    var checkpoints: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path + "/checkpoints")) ?? [])
            .filter { !$0.hasPrefix("best.") }.sorted()
    }

    // MARK: Replay

    /// The stored sequence numbers of one start of an actor.
    struct Stream {
        let actor: String
        let incarnation: Int64
        let sequences: [Int]
        /// Steps of environment 0, in the order of their numbers.
        let steps: [(first: Int, count: Int)]
    }

    /// What `replay.sqlite` holds. The learner may run meanwhile.
    func streams() throws -> [Stream] {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        let database = try DatabaseQueue(path: path + "/replay.sqlite", configuration: configuration)
        let rows = try database.read {
            try Row.fetchAll(
                $0, sql: "SELECT actor, incarnation, sequence, first_step, steps FROM trajectory ORDER BY id")
        }
        let groups = Dictionary(grouping: rows) { (row: Row) in
            "\(row["actor"] as String) \(row["incarnation"] as Int64)"
        }
        return groups.values.map { rows in
            Stream(
                actor: rows[0]["actor"], incarnation: rows[0]["incarnation"],
                sequences: rows.map { $0["sequence"] }.sorted(),
                steps: rows.map { ($0["first_step"], $0["steps"]) }.sorted { $0.first < $1.first })
        }
    }

    /// Each stored trajectory in the order of arrival: its place and the checksum of what happened.
    func experience() throws -> [String] {
        try DatabaseQueue(path: path + "/replay.sqlite").read {
            try Row.fetchAll($0, sql: "SELECT environment, first_step, steps, checksum FROM trajectory ORDER BY id")
        }.map { "\($0[0] as Int) \($0[1] as Int) \($0[2] as Int) \($0[3] as Int)" }
    }

    /// Expects that nothing is missing and nothing is there twice: sequences are 1 to n, steps follow each other.
    func expectContiguous(sourceLocation: SourceLocation = #_sourceLocation) throws {
        for stream in try streams() {
            let name = "\(stream.actor) \(stream.incarnation)"
            #expect(
                stream.sequences == Array(1...stream.sequences.count), "\(name)", sourceLocation: sourceLocation)
            var next = 0
            for (first, count) in stream.steps {
                #expect(first == next, "steps of \(name)", sourceLocation: sourceLocation)
                next = first + count
            }
        }
    }
}
