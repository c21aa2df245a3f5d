import CProtobufC
import CWireMessages
import Glibc

/// Memory of what protobuf-c unpacks. Each piece has its size before it: a C string does not tell where the bytes end
/// that it was made of.
enum UnpackedMemory {
    /// Before each piece; as many bytes as malloc aligns to.
    private static let room = 16

    static var allocator: ProtobufCAllocator {
        ProtobufCAllocator(
            alloc: { _, size in
                guard let start = malloc(UnpackedMemory.room + size) else { return nil }
                // Safe: there is room for it, aligned as malloc aligns.
                start.storeBytes(of: size, as: Int.self)
                return start + UnpackedMemory.room
            },
            // Safe: protobuf-c frees what it was given above, or nothing.
            free: { _, piece in free(piece.map { $0 - UnpackedMemory.room }) },
            allocator_data: nil)
    }

    /// Bytes of `text` without the zero at its end.
    /// - Parameter text: a field of an unpacked message.
    static func bytes(of text: UnsafePointer<CChar>) -> UnsafeRawBufferPointer {
        guard text != protobuf_c_absent_string() else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        let start = UnsafeRawPointer(text)
        // Safe: all other strings of an unpacked message lie in pieces of their own, with a zero behind them.
        return UnsafeRawBufferPointer(start: start, count: (start - room).load(as: Int.self) - 1)
    }
}
