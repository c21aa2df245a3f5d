/// Multiply-adds that products really make, counted from their shapes.
public struct WorkCount: Sendable {
    /// Of dense products, and of looked-up rows of one-hot products (an addition counts as a multiply-add).
    public var executed = 0

    public init() {}

    /// In floating-point operations, two for each multiply-add.
    public var gigaflops: Double { 2e-9 * Double(executed) }
}
