import Foundation
import HostileInput
import TestSupport
import Testing

/// A short run of what `scripts/fuzz` does for longer, with mutations that are the same each time.
@Suite(.blocking, .timeLimit(.minutes(5))) struct HostileInputTests {
    @Test func seedsAreRead() {
        for seed in HostileInput.seeds { HostileInput.read(seed) }
    }

    /// Neither crashes nor hangs, and takes no more memory than the limits allow.
    @Test func mutatedInputsDoNoHarm() throws {
        var mutator = Mutator(seeds: HostileInput.seeds.dropLast(), seed: 5)
        let trail = FileManager.default.temporaryDirectory.appendingPathComponent("hostile-input-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: trail) }
        var longest = Duration.zero
        for _ in 0..<Self.count {
            let input = mutator.next(keepingFirst: true)
            // After a crash, the input that did it is in this file.
            try Data(input).write(to: trail)
            longest = max(longest, ContinuousClock().measure { HostileInput.read(input) })
        }
        #expect(longest < .seconds(2), "an input took \(longest)")
    }

    private static let count = 4000

    /// A learner is made for each, which takes some milliseconds: fewer of them.
    @Test func noConversationDoesALearnerHarm() {
        var mutator = Mutator(seeds: HostileInput.seeds.suffix(1), seed: 6)
        for _ in 0..<100 { HostileInput.read(mutator.next(keepingFirst: true)) }
    }

    /// What an admitted actor may send and once ended a learner: numbers with which sums overflow, and images that do not
    /// decompress.
    @Test(arguments: HostileInput.harmfulConversations) func whatOnceEndedALearnerDoesNot(input: [UInt8]) {
        HostileInput.read(input)
    }

    /// Inputs that were found to do harm, or nearly did.
    @Test(arguments: Self.found) func whatWasFoundDoesNoHarm(input: [UInt8]) {
        HostileInput.read(input)
    }

    private static let found: [[UInt8]] = [
        // A header that claims 255 × 255 pixels of 255 channels, 65 535 times.
        [4, 255, 0, 255, 0, 255, 2, 255, 255, 2, 0] + [UInt8](repeating: 1, count: 40),
        // The longest payload that a frame may claim, and nothing of it.
        [0] + Array("DRMR".utf8) + [4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0],
    ]
}
