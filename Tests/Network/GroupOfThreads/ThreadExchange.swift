import Collective
import Foundation
import ThreadMeetings

/// A group whose processes are threads of one.
package enum GroupOfThreads {
    /// Runs `body` for each of `count` members at the same time, each on a thread of its own.
    package static func run<Result>(
        _ count: Int, _ body: @escaping @Sendable (any Exchange) -> Result
    ) -> [Result] {
        let room = ThreadMeeting<[UInt8]>(count)
        return sideBySide(count) { rank in body(ThreadExchange(rank, room)) }
    }
}

private final class ThreadExchange: Exchange {
    let rank: Int
    var count: Int { room.count }
    private let room: ThreadMeeting<[UInt8]>

    init(_ rank: Int, _ room: ThreadMeeting<[UInt8]>) { (self.rank, self.room) = (rank, room) }

    func gather(_ mine: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer) {
        for (rank, bytes) in room.all(Array(mine), from: rank).enumerated() {
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
        for (other, all) in room.all(Array(UnsafeRawBufferPointer(values)), from: rank).enumerated() {
            UnsafeMutableRawBufferPointer(rebasing: target[other * bytes.count..<(other + 1) * bytes.count])
                .copyBytes(from: all[bytes])
        }
    }

    func spread(_ values: UnsafeMutableBufferPointer<Float>, _ parts: Parts) {
        let target = UnsafeMutableRawBufferPointer(values)
        for (other, all) in room.all(Array(UnsafeRawBufferPointer(values)), from: rank).enumerated() {
            let part = parts.range(other)
            let bytes = part.lowerBound * MemoryLayout<Float>.size..<part.upperBound * MemoryLayout<Float>.size
            UnsafeMutableRawBufferPointer(rebasing: target[bytes]).copyBytes(from: all[bytes])
        }
    }

    func abort(status: Int32) -> Never { exit(status) }
}
