import Foundation
import TestSupport
import Testing

/// Groups of real processes, which mpirun starts.
@Suite(
    .blocking, .serialized, .enabled(if: MessagePassingHere.isThere, MessagePassingHere.reason),
    .timeLimit(.minutes(5)))
struct MessagePassingTests {
    private func run(_ processes: Int, _ arguments: String...) throws -> (output: String, status: Int32) {
        let helper = try HelperProgram("GroupHelper").executable.path
        return try MessagePassingHere.run(processes, helper, [MessagePassingHere.library.get()] + arguments)
    }

    @Test(arguments: [1, 2, 3, 4]) func processesExchangeAsThreadsDo(processes: Int) throws {
        let (output, status) = try run(processes, "exchange")
        #expect(status == 0, "\(output)")
        for rank in 0..<processes { #expect(output.contains("rank \(rank) of \(processes): all is right")) }
    }

    /// Continuous and discrete actions, vectors, batch norms.
    @Test(
        arguments: ["dreamerv3", "mudreamer-continuous", "dreamerv3-vector", "mudreamer-modulated"], [2, 4])
    func aGroupOnSharesOfABatchIsOneLearnerOnTheWhole(fixture: String, processes: Int) throws {
        let (output, status) = try run(processes, "agent", fixture)
        #expect(status == 0, "\(output)")
        for rank in 0..<processes { #expect(output.contains("rank \(rank) of \(processes): all is right")) }
    }

    @Test func aRankThatDiesEndsTheGroup() throws {
        let start = ContinuousClock.now
        let (output, status) = try run(3, "die")
        #expect(status != 0)
        #expect(!output.contains("went on"))
        #expect(ContinuousClock.now - start < .seconds(90))
    }

    /// mpirun sees nothing of it: the others say so when their patience is at its end.
    @Test func aRankThatHangsEndsTheGroup() throws {
        let (output, status) = try run(2, "hang")
        #expect(status != 0)
        #expect(output.contains("another rank has not come to an exchange in time"))
    }
}
