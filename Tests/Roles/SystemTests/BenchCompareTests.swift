import Foundation
import TestSupport
import Testing

/// A training step beside another program's.
@Suite(.timeLimit(.minutes(5))) struct BenchCompareTests {
    private static let small = ["bench", "compare", "--size", "nano", "--batch", "2", "--length", "4", "--steps", "2"]

    private struct Result: Decodable {
        struct Round: Decodable {
            var other, own: [Double]
        }

        var rounds: [Round]
        var other_seconds, own_seconds, ratio: Double
    }

    @Test func bothRunInTurnAndTheFirstStepsAreLeftOut() async throws {
        let directory = try TemporaryDirectory()
        let steps = "for s in 99 2.5 1.5 3.5; do echo \"a b $s s/step, torch\"; done"
        let script = "echo other >> \(directory("order")); " + steps
        let arguments = Self.small + ["--rounds", "2", "--json", "--", "/bin/sh", "-c", script]
        let child = try Child(arguments)
        #expect(try await child.end(within: .seconds(120)) == .init(status: 0), "\(child.transcript)")
        let result = try JSONDecoder().decode(Result.self, from: Data(child.output.joined(separator: "\n").utf8))
        #expect(result.rounds.map(\.other) == [[2.5, 1.5, 3.5], [2.5, 1.5, 3.5]])
        #expect(result.rounds.allSatisfy { $0.own.count == 2 && $0.own.allSatisfy { $0 > 0 } })
        #expect(result.other_seconds == 2.5 && result.ratio == 2.5 / result.own_seconds)
        #expect(result.rounds.flatMap(\.own).contains(result.own_seconds))
        #expect(try String(contentsOfFile: directory("order"), encoding: .utf8) == "other\nother\n")
    }

    @Test(arguments: [
        ([], "say what to compare with behind --"), (["--", "true"], "true must print at least two lines with"),
        (["--", "/bin/sh", "-c", "echo '1 s/step'"], "it printed 1"),
        (["--", "/bin/sh", "-c", "echo lost >&2; exit 3"], "/bin/sh ended with"),
        (["--rounds", "0", "--", "true"], "--rounds must be positive"),
        (["--rounds", "-1", "--", "true"], "--rounds must be positive, got -1"),
    ])
    func mistakesAreSaid(more: [String], message: String) async throws {
        expect(try await mistake(Self.small + more), says: message)
    }
}
