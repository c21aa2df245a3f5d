import Numbers
import Testing
import Threads

@Suite struct BackoffTests {
    @Test func doublesUpToItsMaximum() {
        var backoff = Backoff(first: .milliseconds(100), maximum: .seconds(5))
        let pauses = (0..<8).map { _ in backoff.next() / .milliseconds(1) }
        #expect(pauses == [100, 200, 400, 800, 1600, 3200, 5000, 5000])
        for _ in 0..<100 { _ = backoff.next() }
        #expect(backoff.next() == .seconds(5))
        backoff.reset()
        #expect(backoff.next() == .milliseconds(100))
    }

    @Test func drawsFromTheUpperHalf() {
        var backoff = Backoff(first: .milliseconds(100), maximum: .seconds(10))
        var random = SplitMix64(seed: 1)
        var pauses: [Double] = []
        for attempt in 0..<40 {
            let ceiling = min(100 * Double(1 << min(attempt, 20)), 10_000)
            pauses.append(backoff.next(using: &random) / .milliseconds(1) / ceiling)
        }
        #expect(pauses.allSatisfy { $0 >= 0.5 && $0 <= 1 })
        #expect((pauses.min() ?? 1) < 0.6 && (pauses.max() ?? 0) > 0.9)
    }
}
