import Collective
import GroupOfThreads
import TestSupport
import Testing

@Suite(.blocking, .timeLimit(.minutes(5))) struct ProcessGroupTests {
    @Test(arguments: [1, 2, 3, 4]) func sumsHaveTheBitsOfOneOrder(members: Int) {
        let faults = GroupOfThreads.run(members) { ExchangeTrial.run($0) }
        #expect(faults.flatMap { $0 } == [])
    }

    /// The trial would see another order.
    @Test func anotherOrderHasOtherBits() {
        #expect(ExchangeTrial.mean([0, 1, 2], count: 1000) != ExchangeTrial.mean([2, 1, 0], count: 1000))
    }

    @Test(arguments: [1, 2, 3, 4, 7], [0, 1, 3, 100]) func partsCoverAllValues(members: Int, values: Int) {
        let parts = Parts(of: values, among: members)
        #expect((0..<members).flatMap { Array(parts.range($0)) } == Array(0..<values))
        let sizes = parts.counts
        #expect(sizes.max()! - sizes.min()! <= 1)
    }
}
