import Experience
import Testing
import TrajectoryCodec

@testable import ActorService

@Suite struct RecorderTests {
    private let image = ImageShape(height: 2, width: 2, channels: 1)

    private func recorder(steps: Int) -> Recorder {
        Recorder(environment: 3, shape: StepShape(image: image, actionCount: 2), steps: steps)
    }

    private func observation(_ step: Int) -> Observation {
        Observation(image: [UInt8](repeating: UInt8(step), count: 4), reward: Float(step), flags: [])
    }

    /// Nothing is left out or comes twice where trajectories meet, and each says where it continues.
    @Test func trajectoriesContinueEachOther() throws {
        var recorder = recorder(steps: 4)
        var cut: [EncodedTrajectory] = []
        for step in 0..<10 {
            let full = recorder.append(observation(step), action: .oneHot(step % 2, of: 2), policyVersion: UInt64(step))
            #expect((full != nil) == (step % 4 == 3))
            cut += full.map { [$0] } ?? []
        }
        let last = recorder.flush()
        let rest = try #require(last)
        let more = recorder.flush()
        #expect(more == nil)
        let all = try (cut + [rest]).map { try TrajectoryCoder.decode($0) }
        #expect(all.flatMap(\.rewards) == (0..<10).map { Float($0) })
        #expect(all.flatMap(\.policyVersions) == (0..<10).map { UInt64($0) })
        #expect(all.flatMap(\.images) == (0..<10).flatMap { [UInt8](repeating: UInt8($0), count: 4) })
        #expect((cut + [rest]).map(\.header.position.firstStep) == [0, 4, 8])
        #expect((cut + [rest]).allSatisfy { $0.header.position.environment == 3 })
    }

    @Test func nothingRecordedIsNoTrajectory() {
        var recorder = recorder(steps: 4)
        let nothing = recorder.flush()
        #expect(nothing == nil)
    }
}
