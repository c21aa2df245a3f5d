import Foundation
import Synchronization
import TestSupport
import Testing
import Threads

@Suite(.blocking, .timeLimit(.minutes(5))) struct BacklogTests {
    private final class Done: Sendable {
        let items = Mutex<[Int]>([])
        let dropped = Mutex(0)
    }

    @Test func allIsDoneInOrder() {
        let done = Done()
        let backlog = Backlog<Int>(name: "test", limit: 10_000) { items, dropped in
            done.items.withLock { $0 += items }
            done.dropped.withLock { $0 += dropped }
        }
        for number in 0..<5000 { backlog.add(number) }
        #expect(backlog.finish(within: .seconds(30)))
        #expect(done.items.withLock { $0 } == Array(0..<5000) && done.dropped.withLock { $0 } == 0)
    }

    /// Work that does not end holds nobody up: what has no room is refused, and counted when it goes on.
    @Test func whatHasNoRoomIsCounted() {
        let (done, gate) = (Done(), DispatchSemaphore(value: 0))
        let backlog = Backlog<Int>(name: "test", limit: 10) { items, dropped in
            gate.wait()
            done.items.withLock { $0 += items }
            done.dropped.withLock { $0 += dropped }
        }
        backlog.add(-1)
        // The thread may have taken it or not.
        let accepted = (0..<100).filter { backlog.add($0) == nil }
        #expect((9...10).contains(accepted.count))
        #expect(!backlog.finish(within: .milliseconds(50)))
        for _ in 0..<3 { gate.signal() }
        #expect(backlog.finish(within: .seconds(30)))
        #expect(done.items.withLock { $0 } == [-1] + accepted)
        #expect(done.dropped.withLock { $0 } == 100 - accepted.count)
    }

    @Test func whatWasHandedOverOutlivesItsOwner() {
        let (done, end) = (Done(), DispatchSemaphore(value: 0))
        do {
            let backlog = Backlog<Int>(name: "test", limit: 10) { items, _ in
                done.items.withLock { $0 += items }
                if items.contains(2) { end.signal() }
            }
            backlog.add(1)
            backlog.add(2)
        }
        end.wait()
        #expect(done.items.withLock { $0 } == [1, 2])
    }
}
