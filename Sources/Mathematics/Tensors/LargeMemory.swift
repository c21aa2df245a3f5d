import Glibc

/// Memory from the system, in huge pages where it is large: one-hot inputs read rows of weights in no order, and with small
/// pages each may cost a walk through the page table.
enum LargeMemory {
    private static let hugePage = 2 << 20

    /// - Returns: at least `bytes` bytes, uninitialised, to be given to `free`, and how many there are; nil where there is
    ///   no memory.
    static func allocate(_ bytes: Int) -> (base: UnsafeMutableRawPointer, bytes: Int)? {
        let isLarge = bytes >= hugePage
        let alignment = isLarge ? hugePage : 64
        let rounded = (bytes + alignment - 1) & ~(alignment - 1)
        var base: UnsafeMutableRawPointer?
        guard posix_memalign(&base, alignment, rounded) == 0, let base else { return nil }
        if isLarge { madvise(base, rounded, MADV_HUGEPAGE) }
        return (base, rounded)
    }
}
