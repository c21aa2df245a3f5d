import Foundation
import Tensors
import TestSupport
import Testing

@Suite(.blocking) struct RandomStreamTests {
    /// Checkpoints hold streams: the numbers must never change.
    @Test func firstValuesAreThoseOfTheAlgorithm() {
        var random = RandomStream(seed: 0)
        #expect((0..<4).map { _ in random.next() } == Self.reference(seed: 0, count: 4))
        var other = RandomStream(seed: 0xdead_beef)
        #expect((0..<100).map { _ in other.next() } == Self.reference(seed: 0xdead_beef, count: 100))
    }

    /// xoshiro256++ seeded by SplitMix64, written again from its definition.
    private static func reference(seed: UInt64, count: Int) -> [UInt64] {
        var state = seed
        var s: [UInt64] = (0..<4).map { _ in
            state = state &+ 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
            return z ^ z >> 31
        }
        func rotate(_ x: UInt64, _ k: UInt64) -> UInt64 { x << k | x >> (64 - k) }
        return (0..<count).map { _ in
            let result = rotate(s[0] &+ s[3], 23) &+ s[0]
            let t = s[1] << 17
            s[2] ^= s[0]
            s[3] ^= s[1]
            s[1] ^= s[2]
            s[0] ^= s[3]
            s[2] ^= t
            s[3] = rotate(s[3], 45)
            return result
        }
    }

    @Test func firstValuesStayTheSame() {
        var random = RandomStream(seed: 42)
        #expect(
            (0..<3).map { _ in random.next() } == [
                15_021_278_609_987_233_951, 5_881_210_131_331_364_753, 18_149_643_915_985_481_100,
            ])
    }

    @Test func purposesGiveDifferentStreams() {
        var streams = ["a", "b", "parameters"].map { RandomStream(seed: 1, purpose: $0) } + [RandomStream(seed: 1)]
        #expect(Set(streams.indices.map { streams[$0].next() }).count == 4)
        #expect(RandomStream(seed: 1, purpose: "a") == RandomStream(seed: 1, purpose: "a"))
    }

    @Test func uniformNumbersFillTheUnitIntervalEvenly() {
        var random = RandomStream(seed: 3)
        let draws = 200_000
        var counts = [Int](repeating: 0, count: 100)
        for _ in 0..<draws {
            let u = random.uniform()
            if u >= 0 && u < 1 { counts[Int(u * 100)] += 1 }
        }
        #expect(counts.reduce(0, +) == draws)
        let expected = Double(draws) / 100
        let chiSquare = counts.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
        #expect(chiSquare > 60 && chiSquare < 150)  // 99 degrees of freedom
    }

    @Test func normalNumbersHaveTheMomentsOfTheNormal() {
        let x = normals(400_000, seed: 5).map(Double.init)
        func moment(_ k: Int) -> Double { x.reduce(0) { $0 + pow($1, Double(k)) } / Double(x.count) }
        #expect(abs(moment(1)) < 0.006)
        #expect(abs(moment(2) - 1) < 0.009)
        #expect(abs(moment(3)) < 0.025)
        #expect(abs(moment(4) - 3) < 0.07)
        #expect(x.allSatisfy { $0.isFinite })
        // Neighbours are independent.
        let product = zip(x, x.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / Double(x.count)
        #expect(abs(product) < 0.006)
    }

    @Test func storedStreamsContinueWhereTheyWere() throws {
        var random = RandomStream(seed: 9)
        for _ in 0..<10 { _ = random.normal() }
        var restored = try JSONDecoder().decode(RandomStream.self, from: JSONEncoder().encode(random))
        #expect(restored == random)
        #expect((0..<10).map { _ in restored.next() } == (0..<10).map { _ in random.next() })
    }
}
