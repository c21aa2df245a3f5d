import Testing

@testable import LearnerService

@Suite struct CheckpointRetentionTests {
    @Test(
        arguments: [
            (2, nil, [10, 20, 30, 40], [10, 20]),
            (3, nil, [10, 20], []),
            // Of each hundred the first: 40, 130 and 310 stay, whatever comes later.
            (2, 100, [40, 90, 130, 180, 310, 320, 350, 390], [90, 180, 320]),
            (2, 100, [40, 130, 310, 350, 390, 410], [350]),
        ] as [(Int, Int?, [Int], [Int])])
    func theLastAndOneInEachIntervalStay(_ newest: Int, _ interval: Int?, _ steps: [Int], _ gone: [Int]) {
        #expect(CheckpointRetention(newest: newest, interval: interval).superfluous(steps) == gone)
    }
}
