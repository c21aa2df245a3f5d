import Foundation
import Measurements
import Testing

@Suite struct SuccessRatesTests {
    private let all = (0..<22).map { "a\($0)" }

    @Test func sharesAreThoseOfTheEpisodes() throws {
        let rates = try #require(SuccessRates([["a0", "a3"], ["a0"], [], ["a0", "unknown"]], of: all))
        #expect(rates.shares["a0"] == 0.75 && rates.shares["a3"] == 0.25 && rates.shares["a1"] == 0)
        #expect(rates.shares.count == 22 && rates.text == "a0 0.75, a3 0.25")
    }

    /// The scale goes from 0 to 100, and one achievement that is always seen is worth the 22nd root.
    @Test func theScoreIsTheGeometricMean() throws {
        #expect(abs(try #require(SuccessRates([all, all], of: all)).score - 100) < 1e-9)
        #expect(try #require(SuccessRates([[]], of: all)).score == 0)
        let one = try #require(SuccessRates([["a5"]], of: all)).score
        #expect(abs(one - (pow(101, 1.0 / 22) - 1)) < 1e-12)
        // Two at 10 % are more than one at 20 %.
        let episodes = [["a0", "a1"]] + [[String]](repeating: [], count: 9)
        let other = [["a0"], ["a0"]] + [[String]](repeating: [], count: 8)
        #expect(try #require(SuccessRates(episodes, of: all)).score > #require(SuccessRates(other, of: all)).score)
    }

    @Test func nothingHasNoRates() {
        #expect(SuccessRates([], of: all) == nil && SuccessRates([[]], of: []) == nil)
    }
}
