import Glibc
// Only this initialiser lets a buffer have memory of another size than a power of two.
@_spi(CustomByteBufferAllocator) import NIOCore

/// Buffers for bytes that are kept. A buffer that grows by itself takes a power of two, of which a replay's cache, which
/// counts bytes and not memory, would hold up to twice what it is allowed.
extension ByteBuffer {
    /// An empty buffer with room for `capacity` bytes and no more.
    package static func exact(capacity: Int) -> ByteBuffer {
        capacity == 0 ? ByteBuffer() : ByteBuffer(owning: allocate(capacity), count: 0)
    }

    /// A buffer of what `fill` writes, in at most a sixteenth more memory than that takes.
    /// - Parameters:
    ///   - maximum: the most bytes that `fill` may write, above 0.
    ///   - fill: returns how many it has written from the start on.
    package static func exact(
        upTo maximum: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Int
    ) -> ByteBuffer {
        let memory = allocate(maximum)
        let count = fill(memory)
        precondition(count > 0 && count <= maximum, "\(count) bytes written where up to \(maximum) fit")
        // Little is copied; the rest of a large piece would be of no use to anybody for as long as that little lives.
        if count < maximum / 2 {
            defer { free(memory.baseAddress) }
            let small = allocate(count)
            small.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<count]))
            return ByteBuffer(owning: small, count: count)
        }
        // A piece that is nearly full stays as it is: glibc takes a piece larger than any that was given back from the system
        // anew, page by page, and after shrinking each one would be.
        guard count < maximum - maximum / 16 else { return ByteBuffer(owning: memory, count: count) }
        guard let shrunk = realloc(memory.baseAddress, count) else { preconditionFailure("memory does not shrink") }
        return ByteBuffer(owning: UnsafeMutableRawBufferPointer(start: shrunk, count: count), count: count)
    }

    /// CRC-32C of the readable bytes, or of what `previous` covers followed by them.
    package func checksum(continuing previous: UInt32 = 0) -> UInt32 {
        withUnsafeReadableBytes { CRC32C.checksum(of: $0, continuing: previous) }
    }

    /// - Parameter count: of the bytes that have been written.
    private init(owning memory: UnsafeMutableRawBufferPointer, count: Int) {
        // Safe: the memory is malloc's, as the default allocator's is, and only this buffer has it from here on.
        self.init(takingOwnershipOf: memory, allocator: ByteBufferAllocator(), readerIndex: 0, writerIndex: count)
    }

    private static func allocate(_ count: Int) -> UnsafeMutableRawBufferPointer {
        guard let memory = malloc(count) else { preconditionFailure("out of memory for \(count) bytes") }
        return UnsafeMutableRawBufferPointer(start: memory, count: count)
    }
}
