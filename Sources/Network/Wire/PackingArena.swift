import Glibc

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

    /// Pointers to messages that are part of another one, as protobuf-c wants repeated messages.
    func messages<Element: Packable>(
        _ elements: [Element]
    ) -> UnsafeMutablePointer<UnsafeMutablePointer<Element.Packed>?> where Element.Packed: BitwiseCopyable {
        let first = array(elements.map { $0.filled(self) })
        return array(elements.indices.map { first + $0 })
    }

    deinit {
        // Safe: strdup and allocate both use malloc for elements of ordinary alignment.
        for block in blocks { free(block) }
    }
}
