import Foundation
import TestSupport
import Testing

/// Searches all that can happen between one actor and a learner for a trajectory that is acknowledged and lost, stored twice,
/// or never acknowledged.
@Suite(.blocking, .timeLimit(.minutes(10))) struct ExactlyOnceTests {
    private static let isLong = ProcessInfo.processInfo.environment["DREAMER_SLOW_TESTS"] != nil

    @Test func nothingIsLostTwiceOrStuck() {
        let result = ExactlyOnceSearch(rules: .sound, depth: Self.isLong ? 13 : 10).run()
        #expect(result.finding == nil)
        #expect(result.states > (Self.isLong ? 15_000 : 2_000))
        print("exactly once: \(result.states) states, \(result.transitions) transitions")
    }

    /// The search is worth its name: it finds each of these mistakes.
    @Test(arguments: [
        (ModelRules.acknowledgesBeforeCommit, "acknowledged and not stored"),
        (.welcomesWithReceived, "acknowledged and not stored"), (.storesTwice, "something is stored twice"),
        (.forgetsWhatWasStored, "something is stored twice"),
    ])
    func mistakesAreFound(rules: ModelRules, problem: String) throws {
        let finding = try #require(ExactlyOnceSearch(rules: rules, depth: 12).run().finding)
        #expect(finding.problem.hasPrefix(problem), "\(finding)")
    }
}
