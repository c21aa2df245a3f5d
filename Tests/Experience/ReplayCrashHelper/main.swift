// Stores trajectories as fast as it can until it is killed, and writes "sequence\n" for each that is acknowledged.
// The test kills it and looks for what was acknowledged.

import Experience
import Foundation
import Numbers
import Replay
import TrajectoryCodec

let directory = CommandLine.arguments[1]
let shape = StepShape(image: ImageShape(height: 24, width: 24), actionCount: 2)

func trajectory(_ sequence: Int) -> EncodedTrajectory {
    var trajectory = Trajectory(shape)
    var generator = SplitMix64(seed: UInt64(sequence))
    // Every other one is large enough for a file beside the database.
    for _ in 0..<(sequence % 2 == 0 ? 64 : 8) {
        let image = (0..<shape.image.count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        trajectory.append(
            Observation(image: image, reward: Float(sequence), flags: []), action: .none(2), policyVersion: 1)
    }
    return TrajectoryCoder.encode(
        trajectory, position: StreamPosition(environment: 0, firstStep: UInt64((sequence - 1) * 64)))
}

var configuration = ReplayConfiguration()
configuration.capacitySteps = 1_000_000
let slots = DispatchSemaphore(value: 100)
let replay = try ReplayBuffer(
    directory: directory, configuration: configuration, shape: shape, training: SampleShape(sequences: 2, length: 4)
) { event in
    guard case .settled(let settled, _) = event else { return }
    for trajectory in settled {
        FileHandle.standardOutput.write(Data("\(trajectory.key.sequence)\n".utf8))
        slots.signal()
    }
}
var sequence = Int(replay.storedThrough(actor: "crash", incarnation: 7)) + 1
while true {
    slots.wait()
    try replay.insert(
        trajectory(sequence), key: TrajectoryKey(actor: "crash", incarnation: 7, sequence: UInt64(sequence)))
    sequence += 1
}
