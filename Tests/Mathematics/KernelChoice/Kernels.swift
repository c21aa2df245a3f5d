import CKernels

/// The choice of instruction set belongs to a thread and to the pools that it makes.
public enum Kernels {
    /// The instruction sets that this processor has.
    public static let available = ["baseline", "avx2", "avx512"].filter { set in
        let before = String(cString: dk_instruction_set())
        defer { _ = dk_select_instruction_set(before) }
        return dk_select_instruction_set(set) != 0
    }

    /// Runs `body` with the kernels of one instruction set, which must be available, and goes back to those before.
    public static func using<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
        let before = String(cString: dk_instruction_set())
        defer { _ = dk_select_instruction_set(before) }
        precondition(dk_select_instruction_set(name) != 0, "this processor has no \(name)")
        return try body()
    }
}
