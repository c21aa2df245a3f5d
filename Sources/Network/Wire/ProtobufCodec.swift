import CProtobufC
import Glibc
import NIOCore

/// Memory of one message while it is packed: protobuf-c wants C strings and arrays.
final class PackingArena {
    private var blocks: [UnsafeMutableRawPointer] = []

    func string(_ text: String) -> UnsafeMutablePointer<CChar> {
        guard let copy = strdup(text) else { preconditionFailure("out of memory") }
        blocks.append(copy)
        return copy
    }

    func array<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafeMutablePointer<Element> {
        let copy = UnsafeMutablePointer<Element>.allocate(capacity: elements.count)
        copy.initialize(from: elements, count: elements.count)
        blocks.append(UnsafeMutableRawPointer(copy))
        return copy
    }

    /// Pointers to `messages`, as protobuf-c wants repeated messages.
    func pointers<Element: BitwiseCopyable>(_ messages: [Element]) -> UnsafeMutablePointer<
        UnsafeMutablePointer<Element>?
    > {
        let first = array(messages)
        return array(messages.indices.map { first + $0 })
    }

    deinit {
        // Safe: strdup and allocate both use malloc for elements of ordinary alignment.
        for block in blocks { free(block) }
    }
}

/// Packs the message that `build` fills; what it points to lies in the arena.
func pack<Packed>(
    _ initialise: (UnsafeMutablePointer<Packed>) -> Void, _ size: (UnsafePointer<Packed>) -> Int,
    _ write: (UnsafePointer<Packed>, UnsafeMutablePointer<UInt8>) -> Int, _ empty: Packed,
    build: (inout Packed, PackingArena) -> Void
) -> [UInt8] {
    let arena = PackingArena()
    var message = empty
    initialise(&message)
    build(&message, arena)
    // Safe: the arena lives until the message that points into it is packed.
    return withExtendedLifetime(arena) {
        let count = size(&message)
        return [UInt8](unsafeUninitializedCapacity: count) { bytes, used in
            guard let base = bytes.baseAddress else { return }
            used = write(&message, base)
        }
    }
}

/// Unpacks `bytes` and gives the message to `read`; it is freed when that returns.
func unpack<Packed, Value>(
    _ bytes: ByteBuffer, _ type: MessageType,
    _ parse: (UnsafeMutablePointer<ProtobufCAllocator>?, Int, UnsafePointer<UInt8>?) -> UnsafeMutablePointer<Packed>?,
    _ release: (UnsafeMutablePointer<Packed>?, UnsafeMutablePointer<ProtobufCAllocator>?) -> Void,
    read: (Packed) throws(WireError) -> Value
) throws(WireError) -> Value {
    let message = bytes.withUnsafeReadableBytes {
        parse(nil, $0.count, $0.baseAddress?.assumingMemoryBound(to: UInt8.self))
    }
    guard let message else { throw .malformed(type) }
    defer { release(message, nil) }
    return try read(message.pointee)
}

/// A string field: UTF-8 of at most `maximum` bytes.
func text(
    _ field: UnsafeMutablePointer<CChar>?, _ name: String, _ type: MessageType, maximum: Int = 1024
) throws(WireError) -> String {
    guard let field else { return "" }
    let length = strnlen(field, maximum + 1)
    guard length <= maximum else { throw .field(type, "\(name) is longer than \(maximum) bytes") }
    guard let text = String(validatingCString: field) else { throw .field(type, "\(name) is not UTF-8") }
    return text
}

/// A repeated field of numbers.
func list<Element>(_ count: Int, _ elements: UnsafeMutablePointer<Element>?) -> [Element] {
    [Element](UnsafeBufferPointer(start: elements, count: elements == nil ? 0 : count))
}
