import Experience
import Testing

@Suite struct TrajectoryTests {
    fileprivate static func trajectory(steps: Int, actions: Int) -> Trajectory {
        let image = ImageShape(height: 2, width: 3, channels: 1)
        var trajectory = Trajectory(StepShape(image: image, vectorCount: 2, actionCount: actions))
        for step in 0..<steps {
            trajectory.append(
                Observation(
                    image: [UInt8](repeating: UInt8(step), count: image.count), vector: [Float(step), -1],
                    reward: Float(step), flags: step == 0 ? .first : []),
                action: .oneHot(step % actions, of: actions), policyVersion: UInt64(step))
        }
        return trajectory
    }

    /// Configurations, limits and credit count with it.
    @Test(arguments: [1, 6]) func bytesOfAStepAreThoseOfItsColumns(actions: Int) {
        let trajectory = Self.trajectory(steps: 5, actions: actions)
        func bytes<Value>(_ column: [Value]) -> Int { column.count * MemoryLayout<Value>.size }
        let columns =
            bytes(trajectory.vectors) + bytes(trajectory.actions) + bytes(trajectory.rewards) + bytes(trajectory.flags)
            + bytes(trajectory.policyVersions)
        #expect(columns == 5 * trajectory.shape.columnBytes)
        #expect(columns + bytes(trajectory.images) == 5 * trajectory.shape.stepBytes)
    }

    @Test func stepsAreKeptInOrder() {
        let trajectory = Self.trajectory(steps: 3, actions: 2)
        #expect(trajectory.count == 3)
        #expect(trajectory.images == [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2])
        #expect(trajectory.vectors == [0, -1, 1, -1, 2, -1])
        #expect(trajectory.actions == [1, 0, 0, 1, 1, 0])
        #expect(trajectory.rewards == [0, 1, 2])
        #expect(trajectory.flags == [.first, [], []])
        #expect(trajectory.policyVersions == [0, 1, 2])
    }

    @Test func removingLeavesItsShape() {
        var trajectory = Self.trajectory(steps: 3, actions: 2)
        trajectory.removeAll()
        #expect(trajectory == Trajectory(trajectory.shape))
    }

    @Test func aStepOfAnotherShapeTraps() async {
        await #expect(processExitsWith: .failure) {
            var trajectory = TrajectoryTests.trajectory(steps: 1, actions: 2)
            trajectory.append(
                Observation(image: [0], vector: [0, 0], reward: 0, flags: []), action: .none(2), policyVersion: 0)
        }
        await #expect(processExitsWith: .failure) {
            var trajectory = TrajectoryTests.trajectory(steps: 1, actions: 2)
            trajectory.append(
                Observation(image: [0, 0, 0, 0, 0, 0], vector: [0], reward: 0, flags: []), action: .none(2),
                policyVersion: 0)
        }
    }
}
