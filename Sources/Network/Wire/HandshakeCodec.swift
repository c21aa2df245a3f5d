import CWireMessages
import NIOCore

extension Hello {
    func packed() -> [UInt8] {
        pack(wire__hello__init, wire__hello__get_packed_size, wire__hello__pack, Wire__Hello()) { message, arena in
            message.protocol_version = protocolVersion
            message.run_id = arena.string(runID)
            message.token = arena.string(token)
            message.role = Wire__Role(rawValue: role.rawValue)
            message.actor = arena.string(actor)
            message.incarnation = incarnation
            message.host = arena.string(host)
            message.process = process
            message.next_sequence = nextSequence
        }
    }

    init(packed bytes: ByteBuffer) throws(WireError) {
        self = try unpack(bytes, .hello, wire__hello__unpack, wire__hello__free_unpacked) {
            message throws(WireError) in
            guard let role = Role(rawValue: message.role.rawValue) else {
                throw .field(.hello, "role \(message.role.rawValue) is unknown")
            }
            return Hello(
                protocolVersion: message.protocol_version,
                runID: try text(message.run_id, "run_id", .hello),
                token: try text(message.token, "token", .hello),
                role: role,
                actor: try text(message.actor, "actor", .hello),
                incarnation: message.incarnation,
                host: try text(message.host, "host", .hello),
                process: message.process,
                nextSequence: message.next_sequence)
        }
    }
}

extension Welcome {
    func packed() -> [UInt8] {
        pack(wire__welcome__init, wire__welcome__get_packed_size, wire__welcome__pack, Wire__Welcome()) {
            message, arena in
            message.protocol_version = protocolVersion
            message.run_id = arena.string(runID)
            message.learner_generation = learnerGeneration
            message.actor_index = actorIndex
            message.configuration = arena.string(configuration)
            message.seed = seed
            message.credit_bytes = creditBytes
            message.stored_through = storedThrough
            message.heartbeat_milliseconds = heartbeatMilliseconds
        }
    }

    init(packed bytes: ByteBuffer) throws(WireError) {
        self = try unpack(bytes, .welcome, wire__welcome__unpack, wire__welcome__free_unpacked) {
            message throws(WireError) in
            Welcome(
                protocolVersion: message.protocol_version,
                runID: try text(message.run_id, "run_id", .welcome),
                learnerGeneration: message.learner_generation,
                actorIndex: message.actor_index,
                configuration: try text(message.configuration, "configuration", .welcome, maximum: 64 << 10),
                seed: message.seed,
                creditBytes: message.credit_bytes,
                storedThrough: message.stored_through,
                heartbeatMilliseconds: message.heartbeat_milliseconds)
        }
    }
}

extension Refusal {
    func packed() -> [UInt8] {
        pack(wire__refusal__init, wire__refusal__get_packed_size, wire__refusal__pack, Wire__Refusal()) {
            message, arena in
            message.code = Wire__Refusal__Code(rawValue: code.rawValue)
            message.message = arena.string(self.message)
        }
    }

    /// A code from a later version reads as `unspecified`: its message still says what is wrong.
    init(packed bytes: ByteBuffer) throws(WireError) {
        self = try unpack(bytes, .refusal, wire__refusal__unpack, wire__refusal__free_unpacked) {
            message throws(WireError) in
            Refusal(
                Code(rawValue: message.code.rawValue) ?? .unspecified,
                try text(message.message, "message", .refusal))
        }
    }
}
