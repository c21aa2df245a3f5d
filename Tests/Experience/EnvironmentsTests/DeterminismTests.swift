import Environments
import Experience
import TestThreads
import Testing

@Suite(.blocking) struct DeterminismTests {
    @Test(arguments: builtInTasks)
    func theSameSeedShowsTheSame(_ name: String) throws {
        let first = try randomPlay(EnvironmentRegistry.make(name, seed: 7), steps: 200)
        let second = try randomPlay(EnvironmentRegistry.make(name, seed: 7), steps: 200)
        #expect(zip(first, second).allSatisfy { $0.matches($1) })
    }

    @Test(arguments: builtInTasks)
    func anotherSeedShowsSomethingElse(_ name: String) throws {
        let first = try randomPlay(EnvironmentRegistry.make(name, seed: 7), steps: 200)
        let second = try randomPlay(EnvironmentRegistry.make(name, seed: 8), steps: 200)
        #expect(!zip(first, second).allSatisfy { $0.matches($1) })
    }

    @Test func splitMixGivesTheNumbersOfTheReference() {
        var random = SplitMix64(seed: 1_234_567)
        let numbers = (0..<5).map { _ in random.next() }
        #expect(
            numbers == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ])
    }

    @Test func partsHaveSeedsOfTheirOwn() {
        let seeds = (0..<100).flatMap { seed in (0..<100).map { SplitMix64.seed(UInt64(seed), part: $0) } }
        #expect(Set(seeds).count == 10_000)
    }
}
