import ActorService
import Experience
import Foundation
import Testing
import TrajectoryCodec

@testable import Stress

/// The comparison by itself, without a database.
@Suite struct ReceiptTallyTests {
    private static let payload = Data([1, 2, 3])

    private static func key(_ sequence: UInt64) -> TrajectoryKey {
        TrajectoryKey(actor: "a", incarnation: 7, sequence: sequence)
    }

    private static func receipt(_ sequence: UInt64) -> StoredReceipt {
        StoredReceipt(
            key: key(sequence), checksum: CRC32C.checksum(of: [UInt8](payload)), bytes: payload.count, latency: 0.1,
            time: 1)
    }

    @Test func eachReceiptIsTickedOff() {
        var tally = ReceiptTally([Self.receipt(1), Self.receipt(2)])
        tally.found(Self.key(1), payload: Self.payload)
        #expect(tally.absent == [Self.key(2)])
        tally.found(Self.key(2), payload: Self.payload)
        var expected = ReceiptCheck()
        (expected.acknowledged, expected.stored) = (2, 2)
        #expect(tally.result(evicted: 0) == expected && expected.isPassed)
    }

    @Test func whatIsAbsentIsMissingUnlessItWasEvicted() {
        let tally = ReceiptTally((1...3).map { Self.receipt($0) })
        #expect(tally.result(evicted: 2).missing == 1 && tally.result(evicted: 2).evicted == 2)
        #expect(!tally.result(evicted: 2).isPassed && tally.result(evicted: 3).isPassed)
    }

    @Test(arguments: [nil, Data(), Data([1, 2]), Data([1, 2, 4]), Data([1, 2, 3, 0])])
    func otherBytesAreAChange(payload: Data?) {
        var tally = ReceiptTally([Self.receipt(1)])
        tally.found(Self.key(1), payload: payload)
        #expect(tally.result(evicted: 0).changed == 1 && tally.result(evicted: 0).missing == 0)
    }

    @Test func twiceInEitherPlaceIsAnError() {
        var tally = ReceiptTally([Self.receipt(1), Self.receipt(1)])
        for _ in 0..<2 { tally.found(Self.key(1), payload: Self.payload) }
        let check = tally.result(evicted: 0)
        #expect(check.acknowledged == 1 && check.acknowledgedTwice == 1 && check.storedTwice == 1 && check.stored == 2)
    }

    /// The file is read only for what it is compared with.
    @Test func withoutReceiptNothingIsCompared() throws {
        struct NotAsked: Error {}
        func payload() throws -> Data? { throw NotAsked() }
        var tally = ReceiptTally([])
        try tally.found(Self.key(1), payload: payload())
        #expect(tally.result(evicted: 0).unacknowledged == 1 && tally.result(evicted: 0).isPassed)
    }
}
