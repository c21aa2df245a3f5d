import Testing

@testable import LearnerService

@Suite(.timeLimit(.minutes(5))) struct ActorLedgerTests {
    @Test func theLastThatLeavesEndsTheWait() async {
        let ledger = ActorLedger()
        for name in ["a", "b"] { _ = ledger.join(name) }
        ledger.left("a")
        async let wait: Void = ledger.waitUntilAllHaveLeft(timeout: .seconds(3600))
        ledger.left("b")
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
}
