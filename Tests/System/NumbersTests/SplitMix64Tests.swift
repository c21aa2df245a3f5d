import Foundation
import Numbers
import Testing

@Suite struct SplitMix64Tests {
    @Test func givesTheNumbersOfTheReference() {
        var random = SplitMix64(seed: 1_234_567)
        let numbers = (0..<5).map { _ in random.next() }
        #expect(
            numbers == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ])
    }

    @Test func partsHaveSeedsOfTheirOwn() {
        let seeds = (0..<100).flatMap { seed in (-1..<100).map { SplitMix64.seed(UInt64(seed), part: $0) } }
        #expect(Set(seeds).count == 10_100)
    }

    /// Checkpoints of earlier versions hold it.
    @Test func isStoredAsItsState() throws {
        let stored = Data(#"{"state":5}"#.utf8)
        #expect(try JSONDecoder().decode(SplitMix64.self, from: stored) == SplitMix64(seed: 5))
        #expect(try JSONEncoder().encode(SplitMix64(seed: 5)) == stored)
    }

    @Test func drawsEachNumberBelowABoundEquallyOften() {
        var random = SplitMix64(seed: 1)
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0..<70_000 { counts[random.below(7)] += 1 }
        // Chi-square with six degrees of freedom: above 22.5 in one of a thousand sequences.
        let distance = counts.reduce(0) { $0 + pow(Double($1) - 10_000, 2) / 10_000 }
        #expect(distance < 22.5)
        #expect(random.below(1) == 0)
    }

    @Test func drawsFromTheUnitInterval() {
        var random = SplitMix64(seed: 2)
        let draws = (0..<10_000).map { _ in random.unit() }
        #expect(draws.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(abs(draws.reduce(0, +) / 10_000 - 0.5) < 0.01)
    }
}
