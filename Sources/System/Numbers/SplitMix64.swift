/// The generator of 64 bits of state that gives the same sequence for the same seed on every machine: what
/// environments, samplers and synthetic experience draw from, and what other generators are seeded by.
///
/// Source: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators". Checkpoints keep its state.
public struct SplitMix64: RandomNumberGenerator, Sendable, Equatable, Codable {
    private var state: UInt64

    public init(seed: UInt64) {
        state = seed
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// Returns the seed of part `index` of something that has the seed `seed`, such as one of an actor's environments.
    public static func seed(_ seed: UInt64, part index: Int) -> UInt64 {
        var outer = SplitMix64(seed: seed)
        // The seed is scrambled first: part 1 of seed s must not be part 0 of seed s + 1.
        var inner = SplitMix64(seed: outer.next() &+ UInt64(truncatingIfNeeded: index))
        return inner.next()
    }
}

/// Draws that no version of the standard library changes, as it may change those of `random(in:using:)`: whoever plays
/// from a seed gets the same numbers with every toolchain.
extension SplitMix64 {
    /// Returns a number in [0, 1), a multiple of 2⁻⁵³.
    package mutating func unit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// Returns a whole number from 0 up to, not including, `bound`. It takes one draw: the rarest number is less likely
    /// than the others by at most `bound` / 2⁶⁴.
    package mutating func below(_ bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }
}
