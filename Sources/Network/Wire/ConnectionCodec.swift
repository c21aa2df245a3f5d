import CWireMessages
import NIOCore

extension Heartbeat {
    func packed() -> [UInt8] {
        pack(wire__heartbeat__init, wire__heartbeat__get_packed_size, wire__heartbeat__pack, Wire__Heartbeat()) {
            message, _ in
            message.nanoseconds = nanoseconds
            message.is_reply = isReply ? 1 : 0
        }
    }

    init(packed bytes: ByteBuffer) throws(WireError) {
        self = try unpack(bytes, .heartbeat, wire__heartbeat__unpack, wire__heartbeat__free_unpacked) {
            message throws(WireError) in
            Heartbeat(nanoseconds: message.nanoseconds, isReply: message.is_reply != 0)
        }
    }
}

extension Goodbye {
    func packed() -> [UInt8] {
        pack(wire__goodbye__init, wire__goodbye__get_packed_size, wire__goodbye__pack, Wire__Goodbye()) {
            message, arena in
            message.reason = Wire__Goodbye__Reason(rawValue: reason.rawValue)
            message.message = arena.string(self.message)
        }
    }

    /// A reason from a later version reads as `unspecified`: its message still says why.
    init(packed bytes: ByteBuffer) throws(WireError) {
        self = try unpack(bytes, .goodbye, wire__goodbye__unpack, wire__goodbye__free_unpacked) {
            message throws(WireError) in
            Goodbye(
                Reason(rawValue: message.reason.rawValue) ?? .unspecified,
                try text(message.message, "message", .goodbye))
        }
    }
}

extension Drain {
    func packed() -> [UInt8] {
        pack(wire__drain__init, wire__drain__get_packed_size, wire__drain__pack, Wire__Drain()) { message, arena in
            message.reason = arena.string(reason)
        }
    }

    init(packed bytes: ByteBuffer) throws(WireError) {
        self = try unpack(bytes, .drain, wire__drain__unpack, wire__drain__free_unpacked) {
            message throws(WireError) in
            Drain(reason: try text(message.reason, "reason", .drain))
        }
    }
}
