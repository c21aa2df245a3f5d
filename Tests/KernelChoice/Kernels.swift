import CKernels
import Synchronization

/// The choice of instruction set belongs to the process, and the tests of all targets run in one process, side by side.
/// Whoever switches it, or needs it not to be switched, does so in here.
public enum Kernels {
    private static let choice = Mutex(())

    /// The instruction sets that this processor has.
    public static let available: [String] = choice.withLock { _ in
        let before = String(cString: dk_instruction_set())
        defer { _ = dk_select_instruction_set(before) }
        return ["baseline", "avx2", "avx512"].filter { dk_select_instruction_set($0) != 0 }
    }

    /// Runs `body` with the kernels of one instruction set, which must be available, and goes back to those before.
    public static func using<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
        try choice.withLock { _ in
            let before = String(cString: dk_instruction_set())
            defer { _ = dk_select_instruction_set(before) }
            precondition(dk_select_instruction_set(name) != 0, "this processor has no \(name)")
            return try body()
        }
    }

    /// Runs `body` while nobody switches: for results that must be equal to the last bit.
    public static func steady<Result>(_ body: () throws -> Result) rethrows -> Result {
        try choice.withLock { _ in try body() }
    }
}
