import Testing
import Wire

@testable import LearnerService

@Suite(.timeLimit(.minutes(5))) struct ActorLedgerTests {
    @Test func theLastThatLeavesEndsTheWait() async {
        let ledger = ActorLedger()
        for name in ["a", "b"] { _ = ledger.join(name) }
        ledger.left("a", because: "it was tired")
        async let wait: Void = ledger.waitUntilAllHaveLeft(timeout: .seconds(3600))
        ledger.left("b", because: "it was tired")
        await wait
        #expect(ledger.snapshot.connected.isEmpty)
    }

    @Test func nobodyIsWaitedForWhereNobodyIs() async {
        await ActorLedger().waitUntilAllHaveLeft(timeout: .seconds(3600))
    }

    @Test func whoStaysIsWaitedForOnlySoLong() async {
        let ledger = ActorLedger()
        _ = ledger.join("a")
        await ledger.waitUntilAllHaveLeft(timeout: .milliseconds(20))
        #expect(ledger.snapshot.connected.count == 1)
    }

    /// A name that has left is told once, and only so many are kept.
    @Test func namesThatHaveLeftAreForgotten() {
        let ledger = ActorLedger()
        for number in 0..<3000 {
            _ = ledger.join("a\(number)")
            ledger.left("a\(number)", because: "it was tired")
        }
        _ = ledger.join("here")
        #expect(ledger.snapshot.actors.count == ActorLedger.maximumGone + 1)
        #expect(ledger.takeReport().actors.count == ActorLedger.maximumGone + 1)
        #expect(Array(ledger.takeReport().actors.keys) == ["here"])
        // It is known again, and numbers are given once.
        #expect(ledger.join("a2999").restarts == 1)
        #expect(ledger.join("a0").index == 3001)
    }

    /// Whatever actors claim.
    @Test func stepsOfManyStartsDoNotOverflow() {
        let ledger = ActorLedger()
        _ = ledger.join("a")
        for steps in [.max, 1, .max - 1, 5] as [UInt64] {
            ledger.add(ActorReport(environmentSteps: steps, stepsPerSecond: 1, policyVersion: .max), from: "a")
        }
        #expect(ledger.snapshot.actors["a"]?.steps == .max)
    }
}
