import AgentChoice
import TestSupport
import Testing

@testable import WorldModels

@Suite(.blocking) struct ConfigurationTests {
    @Test func sizesFollowFromTheImage() {
        for (image, stages) in [(8, 1), (64, 4), (128, 5), (256, 6)] {
            var c = AgentConfiguration()
            c.image = image
            #expect(c.stages == stages)
            #expect(c.embedding == 16 * 32 << (stages - 1))
        }
    }

    @Test func maskThresholdIsTheSmallestByteDifferenceAboveIt() {
        for (threshold, bytes) in [(1e-3, 1), (0, 1), (1.0 / 255, 2), (0.5, 128), (1, 256)] as [(Double, Int)] {
            var c = AgentConfiguration()
            c.maskThreshold = threshold
            #expect(c.maskThresholdInBytes == bytes)
        }
    }
}
