import Testing

@testable import Transport

@Suite struct FrameBudgetTests {
    private final class Connection {}

    private let connections = (0..<4).map { _ in Connection() }
    private func id(_ index: Int) -> ObjectIdentifier { ObjectIdentifier(connections[index]) }

    @Test func whoComesFirstIsServedFirst() {
        var budget = FrameBudget(capacity: 100)
        #expect(holds(budget.reserve(60, for: id(0))))
        #expect(holds(!budget.reserve(50, for: id(1))))
        // There would be room for this one, but then the one before it might never have its turn.
        #expect(holds(!budget.reserve(10, for: id(2))))
        #expect(budget.isContested && budget.reserved == 60)
        let next = budget.giveBack(id(0))
        #expect(next == [id(1), id(2)])
        #expect(budget.reserved == 60 && !budget.isContested)
    }

    @Test func whoGivesUpDoesNotBlockOthers() {
        var budget = FrameBudget(capacity: 100)
        #expect(holds(budget.reserve(90, for: id(0))))
        #expect(holds(!budget.reserve(50, for: id(1))))
        #expect(holds(!budget.reserve(10, for: id(2))))
        let next = budget.giveBack(id(1))
        #expect(next == [id(2)])
        #expect(budget.reserved == 100)
    }

    @Test func oneThatIsLargerThanAllPassesAlone() {
        var budget = FrameBudget(capacity: 100)
        #expect(holds(budget.reserve(500, for: id(0))))
        #expect(holds(!budget.reserve(1, for: id(1))))
        let next = budget.giveBack(id(0))
        #expect(next == [id(1)])
    }

    @Test func whoHoldsNothingGivesNothingBack() {
        var budget = FrameBudget(capacity: 100)
        #expect(holds(budget.reserve(60, for: id(0))))
        let next = budget.giveBack(id(1))
        #expect(next.isEmpty && budget.reserved == 60)
    }
}
