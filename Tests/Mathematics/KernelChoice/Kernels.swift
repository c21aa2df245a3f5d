import CKernels

/// The choice of instruction set belongs to a thread and to the pools that it makes.
public enum Kernels {
    /// The instruction sets that this processor has.
    public static let available = ["baseline", "avx2", "avx512"].filter(isAvailable)

    /// The one whose products round their factors.
    public static let rounding = "avx512_bf16"

    /// Those that multiply: the ones above, and where the processor can, the one that rounds.
    public static let multiplying = available + [rounding].filter(isAvailable)

    private static func isAvailable(_ set: String) -> Bool {
        let before = String(cString: dk_instruction_set())
        defer { _ = dk_select_instruction_set(before) }
        return dk_select_instruction_set(set) != 0
    }

    /// What an instruction set multiplies for these values: themselves, or the nearest of eight significant bits, of two as
    /// near the even one.
    public static func factors(_ values: [Float], of set: String) -> [Float] {
        guard set == rounding else { return values }
        return values.map { value in
            let bits = value.bitPattern
            return Float(bitPattern: (bits &+ 0x7fff &+ (bits >> 16 & 1)) & 0xffff_0000)
        }
    }

    /// Runs `body` with the kernels of one instruction set, which must be available, and goes back to those before.
    public static func using<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
        let before = String(cString: dk_instruction_set())
        defer { _ = dk_select_instruction_set(before) }
        precondition(dk_select_instruction_set(name) != 0, "this processor has no \(name)")
        return try body()
    }
}
