import CWireMessages
import NIOCore

extension ActorReport {
    func packed() -> [UInt8] {
        pack(wire__report__init, wire__report__get_packed_size, wire__report__pack, Wire__Report()) { message, arena in
            message.environment_steps = environmentSteps
            message.steps_per_second = stepsPerSecond
            message.policy_version = policyVersion
            message.episodes = arena.pointers(episodes.map(\.message))
            message.n_episodes = episodes.count
        }
    }

    init(packed bytes: ByteBuffer) throws(WireError) {
        self = try unpack(bytes, .report, wire__report__unpack, wire__report__free_unpacked) {
            message throws(WireError) in
            guard message.n_episodes <= Self.maximumEpisodes else {
                throw .field(.report, "\(message.n_episodes) episodes are more than \(Self.maximumEpisodes)")
            }
            return ActorReport(
                environmentSteps: message.environment_steps,
                stepsPerSecond: message.steps_per_second,
                policyVersion: message.policy_version,
                episodes: list(message.n_episodes, message.episodes).compactMap { $0.map { Episode($0.pointee) } })
        }
    }
}

extension ActorReport.Episode {
    fileprivate var message: Wire__Episode {
        var message = Wire__Episode()
        wire__episode__init(&message)
        message.environment = UInt32(environment)
        message.episode_return = episodeReturn
        message.length = length
        message.policy_version = policyVersion
        return message
    }

    fileprivate init(_ message: Wire__Episode) {
        self.init(
            environment: Int(message.environment), episodeReturn: message.episode_return, length: message.length,
            policyVersion: message.policy_version)
    }
}
