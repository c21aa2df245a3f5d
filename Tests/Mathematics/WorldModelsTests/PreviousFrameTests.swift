import AgentChoice
import Tensors
import TestSupport
import Testing

@testable import WorldModels

/// Which frame a batch compares each with.
@Suite(.blocking) struct PreviousFrameTests {
    /// Two sequences of six steps with one-byte "images" that tell the time; the second starts an episode at step 3.
    @Test(
        arguments: [
            (1, [[0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5]]), (2, [[0, 0, 1, 2, 3, 4], [0, 0, 1, 2, 4, 4]]),
            (3, [[0, 0, 0, 1, 2, 3], [0, 0, 0, 1, 4, 4]]), (9, [[0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 4, 4]]),
        ])
    func framesSoManyStepsAgoAreFoundWithinTheEpisode(steps: Int, expected: [[Int]]) throws {
        let tape = Tape(arena: Arena(), pool: ThreadPool(threads: 1))
        var c = AgentConfiguration()
        (c.image, c.channels) = (16, 1)
        let batch = SequenceBatchInput(batch: 2, length: 6, configuration: c, on: tape)
        try #require(batch.images).copy(from: (0..<14).flatMap { [UInt8](repeating: UInt8($0 / 2), count: 256) })
        batch.first.copy(from: (0..<12).map { $0 == 3 * 2 + 1 ? 1 : 0 })
        let observed = batch.observations(0..<12, stepsBefore: steps, on: tape)
        let times = try #require(observed.previous).array
        for sequence in 0..<2 {
            for step in 0..<6 where !(sequence == 1 && step == 3) {
                #expect(times[(step * 2 + sequence) * 256] == expected[sequence][step], "step \(step) of \(sequence)")
            }
        }
        #expect(try #require(observed.images).array[0] == 1)
    }
}
