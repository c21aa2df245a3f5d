import Measurements
import Tensors
import Testing
import WorldModels

@Suite struct StepPartTests {
    /// The tape charges to two of the clock's numbers by itself.
    @Test func partsAreNumbersOfTheClock() {
        #expect(StepPart.other.rawValue == PartClock.other)
        #expect(StepPart.backward.rawValue == PartClock.backward)
        #expect(StepPart.allCases.allSatisfy { (0..<PartClock.parts).contains($0.rawValue) })
    }

    @Test func timeIsChargedToTheInnermostPart() {
        let tape = Tape(arena: Arena(), pool: ThreadPool(threads: 1))
        func wait() {
            let start = ContinuousClock.now
            while ContinuousClock.now - start < .milliseconds(2) {}
        }
        tape.clock.reset()
        tape.measuring(.imagination) {
            tape.measuring(.exchange) { wait() }
        }
        #expect(tape.clock.seconds(.exchange) >= 0.002)
        #expect(tape.clock.seconds(.imagination) < tape.clock.seconds(.exchange))
    }
}
