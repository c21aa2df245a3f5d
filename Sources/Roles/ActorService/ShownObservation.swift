import Experience
import Foundation

/// All of an observation, to be compared bit for bit.
struct ShownObservation: Codable, Sendable, Equatable {
    private let image: Data
    private let vector: [UInt32]
    private let reward: UInt32
    private let flags: UInt8

    init(_ observation: Observation) {
        image = Data(observation.image)
        vector = observation.vector.map(\.bitPattern)
        reward = observation.reward.bitPattern
        flags = observation.flags.rawValue
    }
}
