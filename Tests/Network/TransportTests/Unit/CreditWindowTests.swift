import Testing

@testable import Transport

@Suite struct CreditWindowTests {
    @Test func nothingPassesBeforeTheFirstGrant() {
        var window = CreditWindow(capacity: 100)
        #expect(holds(!window.take(1)))
        #expect(holds(window.give(100)))
        #expect(holds(window.take(60)))
        #expect(holds(!window.take(41)))
        #expect(holds(window.take(40)))
    }

    @Test func moreThanWasTakenIsNotGivenBack() {
        var window = CreditWindow(capacity: 100)
        #expect(holds(!window.give(101)))
        #expect(holds(!window.give(-1)))
        #expect(holds(window.give(100)))
        #expect(holds(!window.give(1)))
    }

    @Test func aTrajectoryLargerThanTheWindowPassesAlone() {
        var window = CreditWindow(capacity: 100)
        #expect(holds(window.give(100)))
        #expect(holds(window.take(1)))
        #expect(holds(!window.take(500)))
        #expect(holds(window.give(1)))
        #expect(holds(window.take(500)))
        #expect(window.available == -400)
        #expect(holds(!window.take(1)))
        #expect(holds(window.give(500)))
    }
}
