import CProtobufC
import CWireMessages
import NIOCore

/// A value that travels as a protobuf message, or as a part of one.
protocol Packable: Sendable, Equatable {
    /// The struct that protoc-c has generated. It begins with its `base`, whose descriptor tells protobuf-c the rest.
    associatedtype Packed
    /// The message that it is, or is part of: errors name it.
    static var type: MessageType { get }
    /// The generated function that sets `base`, and all fields to their defaults.
    static var initialize: (UnsafeMutablePointer<Packed>) -> Void { get }
    /// Sets the fields of `packed`; what they point to lies in the arena.
    func fill(_ packed: inout Packed, _ arena: PackingArena)
    /// - Parameter packed: is freed after the call.
    init(_ packed: Packed) throws(WireError)
    /// The value of a protobuf message.
    init(packed bytes: ByteBuffer) throws(WireError)
}

extension Packable {
    /// All fields at their defaults.
    private static var blank: Packed {
        withUnsafeTemporaryAllocation(of: Packed.self, capacity: 1) { message in
            // Safe: there is room for one, and `initialize` sets all of it.
            let message = message.baseAddress.unsafelyUnwrapped
            initialize(message)
            return message.pointee
        }
    }

    func filled(_ arena: PackingArena) -> Packed {
        var packed = Self.blank
        fill(&packed, arena)
        return packed
    }

    /// Appends the protobuf message, and returns its length in bytes.
    /// - Parameter room: bytes that are left out before it, set to zero.
    @discardableResult
    func pack(into buffer: inout ByteBuffer, after room: Int = 0) -> Int {
        let arena = PackingArena()
        var packed = filled(arena)
        // Safe: the arena lives until the message that points into it is packed.
        return withExtendedLifetime(arena) {
            withUnsafePointer(to: &packed) { message in
                let message = base(message)
                let size = protobuf_c_message_get_packed_size(message)
                buffer.reserveCapacity(minimumWritableBytes: room + size)
                buffer.writeRepeatingByte(0, count: room)
                return buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: size) { bytes in
                    protobuf_c_message_pack(message, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
                }
            }
        }
    }

    init(packed bytes: ByteBuffer) throws(WireError) {
        try self.init(unpacking: bytes)
    }

    init(unpacking bytes: ByteBuffer) throws(WireError) {
        let blank = Self.blank
        var memory = UnpackedMemory.allocator
        let unpacked = bytes.withUnsafeReadableBytes { bytes in
            withUnsafePointer(to: blank) { blank in
                protobuf_c_message_unpack(
                    base(blank).pointee.descriptor, &memory, bytes.count,
                    bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
            }
        }
        guard let unpacked else { throw .malformed(Self.type) }
        defer { protobuf_c_message_free_unpacked(unpacked, &memory) }
        // Safe: protobuf-c has made the struct that the descriptor is of.
        try self.init(UnsafeRawPointer(unpacked).assumingMemoryBound(to: Packed.self).pointee)
    }
}

/// What all generated structs begin with.
private func base<Packed>(_ message: UnsafePointer<Packed>) -> UnsafePointer<ProtobufCMessage> {
    // Safe: protobuf-c itself casts so; the struct outlives the pointer's use.
    UnsafeRawPointer(message).assumingMemoryBound(to: ProtobufCMessage.self)
}
