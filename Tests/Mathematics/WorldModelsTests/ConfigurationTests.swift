import AgentChoice
import TestSupport
import Testing

@testable import WorldModels

@Suite(.blocking) struct ConfigurationTests {
    /// Beyond 64² each doubling adds a first stage, below it one is missing; the last is 4×4.
    @Test func stagesFollowFromTheImage() {
        for (image, channels) in [
            (0, []), (16, [32, 64]), (32, [32, 64, 128]), (64, [32, 64, 128, 256]), (128, [32, 32, 64, 128, 256]),
            (256, [32, 32, 32, 64, 128, 256]), (512, [32, 32, 32, 32, 64, 128, 256]),
        ] as [(Int, [Int])] {
            var c = AgentConfiguration()
            c.image = image
            #expect(c.stageChannels(32) == channels)
            #expect(c.imageFeatures(32) == 16 * (channels.last ?? 0))
        }
    }

    @Test func featuresOfVectorsFollowThoseOfImages() {
        var c = AgentConfiguration()
        (c.vector, c.hidden) = (7, 48)
        #expect(c.embedding == 4096 + 48)
        c.image = 0
        #expect(c.embedding == 48)
    }

    @Test func groupsAreReadFromTheirText() {
        var c = AgentConfiguration()
        #expect(c.groups == [6] && c.policyNoise == 1)
        c.actionGroups = "3,2,1"
        #expect(c.groups == [3, 2, 1] && c.policyNoise == 3)
        c.discrete = false
        #expect(c.policyNoise == 6)
    }

    @Test func maskThresholdIsTheSmallestByteDifferenceAboveIt() {
        for (threshold, bytes) in [(1e-3, 1), (0, 1), (1.0 / 255, 2), (0.5, 128), (1, 256)] as [(Double, Int)] {
            var c = AgentConfiguration()
            c.maskThreshold = threshold
            #expect(c.maskThresholdInBytes == bytes)
        }
    }
}
