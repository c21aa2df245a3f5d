import Diagnostics
import Glibc

/// Memory for one step: handed out in order, taken back all at once. Once a step has run, the same step again asks the
/// system for nothing.
///
/// Pointers stay valid until the next `reset()`, or until a `rewind` to a mark taken before they were handed out.
public final class Arena {
    private struct Chunk {
        let memory: LargeMemory
        /// Capacity of the chunks before.
        let start: Int
    }

    /// A point to return to.
    public struct Mark: BitwiseCopyable, Equatable {
        fileprivate let chunk: Int
        fileprivate let offset: Int
    }

    /// Bytes of alignment: a cache line, and the widest vector register.
    private static let alignment = 64

    private var chunks: [Chunk] = []
    private var current = 0
    private var offset = 0
    private let chunkBytes: Int
    let backing: Backing
    #if DEBUG
        // Safe: never freed, as a value may ask for it when the arena is gone.
        private let resets = UnsafeMutablePointer<Int>.allocate(capacity: 1)
    #endif

    /// - Parameters:
    ///   - chunkBytes: what is asked of the system at a time; more where one allocation needs more.
    ///   - backing: whether there is memory behind the addresses.
    public init(chunkBytes: Int = 16 << 20, backing: Backing = .memory) {
        self.chunkBytes = chunkBytes
        self.backing = backing
        #if DEBUG
            resets.initialize(to: 0)
        #endif
    }

    deinit {
        endLeases()
        for chunk in chunks { chunk.memory.free() }
    }

    /// Bytes held from the system.
    public var capacity: Int { chunks.reduce(0) { $0 + $1.memory.bytes } }

    /// The most bytes that were in use at a time, with what was left free at the end of full chunks.
    public private(set) var peak = 0
    /// Bytes handed out since the arena was made, those that were taken back included.
    public private(set) var handedOut = 0

    public var mark: Mark { Mark(chunk: current, offset: offset) }

    public func rewind(to mark: Mark) {
        current = mark.chunk
        offset = mark.offset
    }

    public func reset() {
        current = 0
        offset = 0
        endLeases()
    }

    /// What holds for memory that is handed out now.
    var lease: Lease {
        #if DEBUG
            Lease(resets)
        #else
            .endless
        #endif
    }

    private func endLeases() {
        #if DEBUG
            resets.pointee += 1
        #endif
    }

    /// Uninitialised room for `count` values.
    func allocate<Element: BitwiseCopyable>(_ type: Element.Type, _ count: Int) -> UnsafeMutablePointer<Element> {
        let bytes = max(count * MemoryLayout<Element>.stride, 1)
        let rounded = (bytes + Self.alignment - 1) & ~(Self.alignment - 1)
        while current < chunks.count, offset + rounded > chunks[current].memory.bytes {
            current += 1
            offset = 0
        }
        if current == chunks.count { grow(by: max(chunkBytes, rounded)) }
        defer {
            offset += rounded
            handedOut += rounded
            peak = max(peak, chunks[current].start + offset)
        }
        return (chunks[current].memory.base + offset).bindMemory(to: type, capacity: count)
    }

    /// Room for `count` zeros.
    func zeros(_ count: Int) -> UnsafeMutablePointer<Float> {
        let pointer = allocate(Float.self, count)
        if backing == .memory { memset(pointer, 0, count * MemoryLayout<Float>.stride) }
        return pointer
    }

    private func grow(by bytes: Int) {
        guard let memory = LargeMemory(bytes, backing) else {
            SystemLimit.end(
                "there is no room for \(bytes >> 20) MiB more beside \(self.capacity >> 20) MiB of activations",
                code: ENOMEM)
        }
        chunks.append(Chunk(memory: memory, start: capacity))
    }
}
