import Foundation

/// Memory from a page on: at an address that disks take without the system's cache.
///
/// Safe: the address never changes, and the memory goes with the object; that one thread at a time uses its content, or each a
/// part of its own, is up to the owner: the writer of payloads, and a batch.
final class AlignedBuffer: @unchecked Sendable {
    /// What address, offset and size of such a transfer are multiples of.
    static let alignment = 4096

    let bytes: UnsafeMutableRawBufferPointer

    /// - Parameter count: a multiple of the alignment.
    init(count: Int) {
        precondition(count > 0 && count % Self.alignment == 0, "\(count) bytes are not whole blocks")
        bytes = .allocate(byteCount: count, alignment: Self.alignment)
    }

    deinit {
        bytes.deallocate()
    }

    static func roundUp(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }
}
