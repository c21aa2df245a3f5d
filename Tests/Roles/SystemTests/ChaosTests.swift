import Foundation
import TestSupport
import Testing

extension SlowTests {
    /// `scripts/chaos` for a minute: kills, cut and slow links and a full disk cost nothing that was acknowledged.
    @Suite(.timeLimit(.minutes(15))) struct ChaosTests {
        /// Its status where namespaces or mounts are not permitted.
        private static let skipped: Int32 = 77

        @Test func nothingAcknowledgedIsLost() async throws {
            let script = Repository.root.appending(path: "scripts/chaos")
            let chaos = try Child(
                ["--seconds", "60", "--seed", "7", "--actors", "2", "--program", Program.executable.path],
                program: script)
            let ending = try await chaos.end(within: .seconds(840))
            if ending.status == Self.skipped {
                try Test.cancel("\(chaos.output.last ?? "scripts/chaos cannot run here")")
            }
            #expect(ending == .init(status: 0), "\(chaos.transcript)")
            let summary = try #require(chaos.output.last)
            #expect(summary.contains(": 0 missing, 0 twice, 0 changed"), "\(summary)")
        }
    }
}
