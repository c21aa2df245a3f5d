import Glibc

/// What stands behind the addresses that an arena or a parameter store hands out.
public enum Backing: Sendable {
    /// Memory that can be read and written.
    case memory
    /// Nothing: addresses are all different, and whoever reads or writes there traps. For runs that only count.
    case reserved
}

/// Memory from the system, in huge pages where it is large: one-hot inputs read rows of weights in no order, and with small
/// pages each may cost a walk through the page table.
struct LargeMemory {
    private static let hugePage = 2 << 20

    let base: UnsafeMutableRawPointer
    let bytes: Int
    private let backing: Backing

    /// At least `bytes` bytes, uninitialised; nil where there is no memory.
    init?(_ bytes: Int, _ backing: Backing) {
        let isLarge = bytes >= Self.hugePage
        let alignment = isLarge ? Self.hugePage : 64
        self.bytes = (bytes + alignment - 1) & ~(alignment - 1)
        self.backing = backing
        var base: UnsafeMutableRawPointer?
        switch backing {
        case .memory:
            guard posix_memalign(&base, alignment, self.bytes) == 0 else { return nil }
            if isLarge { madvise(base, self.bytes, MADV_HUGEPAGE) }
        case .reserved:
            base = mmap(nil, self.bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
            guard base != MAP_FAILED else { return nil }
        }
        guard let base else { return nil }
        self.base = base
    }

    /// Gives it back; nothing may use it afterwards.
    func free() {
        switch backing {
        case .memory: Glibc.free(base)
        case .reserved: munmap(base, bytes)
        }
    }
}
