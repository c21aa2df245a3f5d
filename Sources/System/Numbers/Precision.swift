/// In what the factors of matrix products and convolutions are multiplied. Sums, and all else, are 32-bit floats.
public enum Precision: String, Codable, Sendable, CaseIterable {
    case float32
    /// Rounded to eight significant bits, which halves the work where the processor has AVX512_BF16.
    case bfloat16
}
