/// The upper half of a float's bits: the same range, eight significant bits.
public enum BFloat16 {
    /// The nearest, ties to even; what is no number stays none.
    @inlinable public static func bits(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        let rounded = (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16
        return value.isNaN ? 0x7FC0 : UInt16(truncatingIfNeeded: rounded)
    }

    @inlinable public static func float(_ bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }
}
