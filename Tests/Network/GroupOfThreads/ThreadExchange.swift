import Collective
import Foundation

/// A group whose processes are threads of one.
package enum GroupOfThreads {
    /// Runs `body` for each of `count` members at the same time, each on a thread of its own.
    package static func run<Result>(
        _ count: Int, _ body: @escaping @Sendable (any Exchange) -> Result
    ) -> [Result] {
        let room = MeetingRoom(count)
        let results = Results<Result>(count)
        for rank in 0..<count {
            let thread = Thread { results.set(rank, body(ThreadExchange(rank, room))) }
            thread.stackSize = 8 << 20
            thread.start()
        }
        return results.wait()
    }
}

/// Where the threads wait for each other. Safe: all that changes is read and written under `condition`.
private final class MeetingRoom: @unchecked Sendable {
    let count: Int
    private let condition = NSCondition()
    private var offered: [[UInt8]]
    private var shared: [[UInt8]] = []
    private var here = 0
    private var round = 0

    init(_ count: Int) {
        self.count = count
        offered = Array(repeating: [], count: count)
    }

    /// What all have brought, by rank.
    func all(_ bytes: UnsafeRawBufferPointer, from rank: Int) -> [[UInt8]] {
        condition.withLock {
            offered[rank] = Array(bytes)
            here += 1
            if here == count {
                shared = offered
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

private final class ThreadExchange: Exchange {
    let rank: Int
    var count: Int { room.count }
    private let room: MeetingRoom

    init(_ rank: Int, _ room: MeetingRoom) { (self.rank, self.room) = (rank, room) }

    func gather(_ mine: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer) {
        for (rank, bytes) in room.all(mine, from: rank).enumerated() {
            UnsafeMutableRawBufferPointer(rebasing: all[rank * mine.count..<(rank + 1) * mine.count]).copyBytes(
                from: bytes)
        }
    }

    func trade(
        _ values: UnsafeBufferPointer<Float>, _ parts: Parts, into received: UnsafeMutableBufferPointer<Float>
    ) {
        let mine = parts.range(rank)
        let bytes = mine.lowerBound * MemoryLayout<Float>.size..<mine.upperBound * MemoryLayout<Float>.size
        let target = UnsafeMutableRawBufferPointer(received)
        for (other, all) in room.all(UnsafeRawBufferPointer(values), from: rank).enumerated() {
            UnsafeMutableRawBufferPointer(rebasing: target[other * bytes.count..<(other + 1) * bytes.count])
                .copyBytes(from: all[bytes])
        }
    }

    func spread(_ values: UnsafeMutableBufferPointer<Float>, _ parts: Parts) {
        let target = UnsafeMutableRawBufferPointer(values)
        for (other, all) in room.all(UnsafeRawBufferPointer(values), from: rank).enumerated() {
            let part = parts.range(other)
            let bytes = part.lowerBound * MemoryLayout<Float>.size..<part.upperBound * MemoryLayout<Float>.size
            UnsafeMutableRawBufferPointer(rebasing: target[bytes]).copyBytes(from: all[bytes])
        }
    }

    func abort(status: Int32) -> Never { exit(status) }
}

/// What the threads leave behind. Safe: read and written under `condition`.
private final class Results<Result>: @unchecked Sendable {
    private let condition = NSCondition()
    private var results: [Result?]

    init(_ count: Int) { results = Array(repeating: nil, count: count) }

    func set(_ index: Int, _ result: Result) {
        condition.withLock {
            results[index] = result
            condition.broadcast()
        }
    }

    func wait() -> [Result] {
        condition.withLock {
            while results.contains(where: { $0 == nil }) { condition.wait() }
            return results.compactMap { $0 }
        }
    }
}
