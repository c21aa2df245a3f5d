import Experience
import Foundation
import TestSupport
import Testing
import TrajectoryCodec

@testable import Stress

@Suite(.blocking) struct SyntheticExperienceTests {
    @Test(arguments: SyntheticPayload.allCases)
    func everyTrajectoryIsSoundAndDifferent(payload: SyntheticPayload) throws {
        let experience = SyntheticExperience(payload, seed: 3)
        var checksums: Set<UInt32> = []
        for sequence in 1...20 as ClosedRange<UInt64> {
            let encoded = experience.trajectory(sequence)
            let decoded = try TrajectoryCoder.decode(encoded)
            #expect(decoded.count == 64 && decoded.policyVersions.allSatisfy { $0 == sequence })
            #expect(encoded.header.position.firstStep == (sequence - 1) * 64)
            checksums.insert(encoded.header.checksum)
        }
        #expect(checksums.count == 20)
    }

    @Test func gamesCompressAndNoiseDoesNot() {
        let raw = 64 * 64 * 64 * 3
        #expect(SyntheticExperience(.game, seed: 1).trajectory(1).byteCount < raw / 50)
        #expect(SyntheticExperience(.noise, seed: 1).trajectory(1).byteCount > raw)
    }

    @Test func compressedInAdvanceKeepsItsPlace() throws {
        let experience = SyntheticExperience(.game, seed: 1, isPrecompressed: true)
        #expect(experience.trajectory(9).header.position.firstStep == 8 * 64)
        #expect(experience.trajectory(9).payload == experience.trajectory(1).payload)
        try experience.trajectory(9).verifyChecksum()
    }
}

@Suite(.blocking) struct FiguresTests {
    @Test func percentilesAreKnownToOneInAThousand() {
        let latency = StressReport.Latency((1...200).reversed().map { Double($0) / 1000 })
        #expect(latency.p50 >= 0.1 && latency.p50 < 0.1001)
        #expect(latency.p99 >= 0.198 && latency.p99 < 0.1982)
        #expect(latency.maximum == 0.2)
        #expect(StressReport.Latency([Double]()).maximum == 0)
    }

    @Test(arguments: [(8, 8), (8, 1000), (3, 10), (1, 1)])
    func connectionsAreSpread(actors: Int, connections: Int) {
        var plan = StressPlan()
        (plan.actors, plan.connections) = (actors, connections)
        let each = (0..<actors).map { plan.connections(of: $0) }
        #expect(each.reduce(0, +) == connections)
        #expect((each.max() ?? 0) - (each.min() ?? 0) <= 1)
    }
}
