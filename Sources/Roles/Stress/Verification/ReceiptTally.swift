import ActorService
import Experience
import Foundation
import TrajectoryCodec

/// Ticks off receipts as trajectories are found.
struct ReceiptTally {
    private var sent: [TrajectoryKey: Sent] = [:]
    private var check = ReceiptCheck()

    init(_ receipts: [StoredReceipt]) {
        for receipt in receipts {
            let known = sent.updateValue(Sent(checksum: receipt.checksum, bytes: receipt.bytes), forKey: receipt.key)
            if known != nil { check.acknowledgedTwice += 1 }
        }
        check.acknowledged = sent.count
    }

    /// Notes a trajectory of the replay.
    /// - Parameter payload: nil where it is lost; asked for only where there is a receipt to compare it with.
    mutating func found(_ key: TrajectoryKey, payload: @autoclosure () throws -> Data?) rethrows {
        check.stored += 1
        guard let receipt = sent[key] else {
            check.unacknowledged += 1
            return
        }
        sent[key]?.found += 1
        if !receipt.fits(try payload()) { check.changed += 1 }
    }

    /// What has a receipt and was not found.
    var absent: [TrajectoryKey] { sent.filter { $0.value.found == 0 }.map(\.key) }

    /// - Parameter evicted: how many of the absent have left the replay, as newer ones needed the room.
    func result(evicted: Int) -> ReceiptCheck {
        var check = check
        check.evicted = evicted
        check.missing = absent.count - evicted
        check.storedTwice = sent.values.count { $0.found > 1 }
        return check
    }
}

/// What an actor has sent, and how often it was found.
private struct Sent {
    var checksum: UInt32
    var bytes: Int
    var found = 0

    /// Returns whether this payload is what was sent; none is not.
    func fits(_ payload: Data?) -> Bool {
        guard let payload, payload.count == bytes else { return false }
        return payload.withUnsafeBytes { CRC32C.checksum(of: $0) } == checksum
    }
}
