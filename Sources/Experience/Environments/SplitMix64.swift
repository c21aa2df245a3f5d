import Foundation

/// The random numbers of environments: 64 bits of state, the same sequence for the same seed on every machine.
/// (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators".)
public struct SplitMix64: RandomNumberGenerator, Sendable, Equatable {
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

    /// The seed of part `index` of something that has the seed `seed`, such as one of an actor's environments.
    public static func seed(_ seed: UInt64, part index: Int) -> UInt64 {
        var outer = SplitMix64(seed: seed)
        // The seed is scrambled first: part 1 of seed s must not be part 0 of seed s + 1.
        var inner = SplitMix64(seed: outer.next() &+ UInt64(truncatingIfNeeded: index))
        return inner.next()
    }
}

/// The two draws that games make. A protocol, so that tests can feed a game the draws of another implementation.
package protocol RandomDraws {
    /// A number in [0, 1).
    mutating func unit() -> Double
    /// A whole number from 0 up to, not including, `bound`.
    mutating func below(_ bound: Int) -> Int
}

extension SplitMix64: RandomDraws {
    package mutating func unit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    // Not `Int.random(in:using:)`, whose way of drawing may differ between versions of the standard library.
    package mutating func below(_ bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }
}

extension SplitMix64 {
    /// A number from `range`, each equally likely.
    mutating func uniform(_ range: ClosedRange<Double>) -> Double {
        range.lowerBound + unit() * (range.upperBound - range.lowerBound)
    }

    /// A number from the standard normal distribution (Box and Muller 1958; the second number is not kept).
    mutating func normal() -> Double {
        // 1 − unit() is never 0.
        (-2 * log(1 - unit())).squareRoot() * cos(2 * .pi * unit())
    }
}
