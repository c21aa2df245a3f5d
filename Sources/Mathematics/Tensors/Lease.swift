/// How long memory of an arena may be used: until the arena's next `reset()`. A debug build stops where a value outlives
/// it; in a release build a lease has no size and its check no code.
struct Lease: BitwiseCopyable {
    #if DEBUG
        /// How often the arena was reset, and how often it had been when the memory was handed out.
        private let resets: UnsafePointer<Int>?
        private let start: Int

        /// - Parameter resets: counts for as long as the process lives; nil where memory has an owner of its own.
        init(_ resets: UnsafePointer<Int>?) {
            self.resets = resets
            start = resets?.pointee ?? 0
        }

        static var endless: Lease { Lease(nil) }
    #else
        static var endless: Lease { Lease() }
    #endif

    @inline(__always) func check() {
        #if DEBUG
            precondition(resets == nil || resets!.pointee == start, "a value is used after its arena was reset")
        #endif
    }
}
