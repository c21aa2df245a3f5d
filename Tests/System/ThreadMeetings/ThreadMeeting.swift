import Foundation

/// Where threads wait for each other. Safe: all that changes is read and written under `condition`.
package final class ThreadMeeting<Value>: @unchecked Sendable {
    package let count: Int
    private let condition = NSCondition()
    private var offered: [Value?]
    private var shared: [Value] = []
    private var here = 0
    private var round = 0

    package init(_ count: Int) {
        self.count = count
        offered = Array(repeating: nil, count: count)
    }

    /// What all have brought, in their order.
    package func all(_ value: Value, from member: Int) -> [Value] {
        condition.withLock {
            offered[member] = value
            here += 1
            if here == count {
                shared = offered.compactMap { $0 }
                (here, round) = (0, round + 1)
                condition.broadcast()
            } else {
                let mine = round
                while round == mine { condition.wait() }
            }
            return shared
        }
    }
}

/// Runs `body` for each of `count` members at the same time, each on a thread of its own with a stack as large as the first one's.
package func sideBySide<Result>(_ count: Int, _ body: @escaping @Sendable (Int) -> Result) -> [Result] {
    let results = Results<Result>()
    for member in 0..<count {
        let thread = Thread { results.set(member, body(member)) }
        thread.stackSize = 8 << 20
        thread.start()
    }
    return results.wait(for: count)
}

/// What the threads leave behind. Safe: read and written under `condition`.
private final class Results<Result>: @unchecked Sendable {
    private let condition = NSCondition()
    private var results: [Int: Result] = [:]

    func set(_ member: Int, _ result: Result) {
        condition.withLock {
            results[member] = result
            condition.broadcast()
        }
    }

    func wait(for count: Int) -> [Result] {
        condition.withLock {
            while results.count < count { condition.wait() }
            return (0..<count).compactMap { results[$0] }
        }
    }
}
