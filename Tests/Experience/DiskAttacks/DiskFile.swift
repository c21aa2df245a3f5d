import Foundation
import Numbers

/// The content of a file as a disk holds it.
struct DiskFile: Sendable {
    /// What a disk writes as a whole.
    static let sector = 512

    enum Change: Sendable {
        case write(offset: Int, bytes: Data)
        case truncate(count: Int)
    }

    private var flushed = Data()
    private var unflushed: [Change] = []

    mutating func add(_ change: Change) {
        unflushed.append(change)
    }

    mutating func flush() {
        var unused = SplitMix64(seed: 0)
        settle(.everything, dice: &unused)
    }

    /// The system has tried, and forgets what it could not write.
    mutating func failedFlush(dice: inout SplitMix64) {
        settle(.chance, dice: &dice)
    }

    func content(after loss: PowerLoss, dice: inout SplitMix64) -> Data {
        var left = self
        left.settle(loss, dice: &dice)
        return left.flushed
    }

    /// What is left after a power loss is all there is.
    private mutating func settle(_ loss: PowerLoss, dice: inout SplitMix64) {
        if loss != .nothing {
            for change in unflushed { Self.apply(change, to: &flushed, loss, dice: &dice) }
        }
        unflushed = []
    }

    private static func apply(
        _ change: Change, to content: inout Data, _ loss: PowerLoss, dice: inout SplitMix64
    ) {
        switch change {
        case .truncate(let count):
            // What is new at the end is zero.
            if loss == .everything || Bool.random(using: &dice) { content.count = count }
        case .write(let offset, let bytes) where loss == .everything: copy(bytes, to: &content, at: offset)
        case .write(let offset, let bytes):
            var start = 0
            while start < bytes.count {
                // Sectors begin where the file does.
                let end = min(bytes.count, ((offset + start) / sector + 1) * sector - offset)
                let first = bytes.startIndex
                if Bool.random(using: &dice) {
                    copy(bytes[first + start..<first + end], to: &content, at: offset + start)
                }
                start = end
            }
        }
    }

    private static func copy(_ bytes: Data, to content: inout Data, at offset: Int) {
        let end = offset + bytes.count
        if content.count < end { content.count = end }
        content.replaceSubrange(offset..<end, with: bytes)
    }
}
