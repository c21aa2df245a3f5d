import Foundation
import Numbers

/// The two draws that games make. A protocol, so that tests can feed a game the draws of another implementation.
package protocol RandomDraws {
    /// Returns a number in [0, 1).
    mutating func unit() -> Double
    /// Returns a whole number from 0 up to, not including, `bound`.
    mutating func below(_ bound: Int) -> Int
}

extension SplitMix64: RandomDraws {}

extension SplitMix64 {
    /// Returns a number from `range`, each equally likely.
    mutating func uniform(_ range: ClosedRange<Double>) -> Double {
        range.lowerBound + unit() * (range.upperBound - range.lowerBound)
    }

    /// Returns a number from the standard normal distribution (Box and Muller 1958; the second number is not kept).
    mutating func normal() -> Double {
        // 1 − unit() is never 0.
        (-2 * log(1 - unit())).squareRoot() * cos(2 * .pi * unit())
    }
}
