import Glibc
import Numbers

/// xoshiro256++, seeded by SplitMix64: the source of every random number, with a state that can be stored.
public struct RandomStream: RandomNumberGenerator, Codable, Sendable, Equatable {
    private var a, b, c, d: UInt64

    public init(seed: UInt64) {
        var words = SplitMix64(seed: seed)
        (a, b, c, d) = (words.next(), words.next(), words.next(), words.next())
    }

    /// An independent stream for one purpose, so that seeds flow from one number.
    public init(seed: UInt64, purpose: String) {
        self.init(seed: seed ^ StableHash.of(purpose))
    }

    public mutating func next() -> UInt64 {
        let sum = a &+ d
        let result = (sum << 23 | sum >> 41) &+ a
        let t = b << 17
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= t
        d = d << 45 | d >> 19
        return result
    }

    /// Uniform in [0, 1) with 24 random bits.
    public mutating func uniform() -> Float {
        Float(next() >> 40) * 0x1p-24
    }

    /// Standard normal (Box–Muller, one of the pair).
    public mutating func normal() -> Float {
        let radius = (-2 * log(1 - Double(next() >> 11) * 0x1p-53)).squareRoot()
        return Float(radius * cos(2 * .pi * Double(next() >> 11) * 0x1p-53))
    }

    public mutating func fillUniform(_ tensor: Tensor) {
        let data = tensor.data
        for index in 0..<tensor.count { data[index] = uniform() }
    }

    public mutating func fillNormal(_ tensor: Tensor) {
        let data = tensor.data
        for index in 0..<tensor.count { data[index] = normal() }
    }
}
