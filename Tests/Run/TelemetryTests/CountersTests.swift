import Dispatch
import Telemetry
import Testing

@Suite struct CountersTests {
    @Test func oneNameIsOneNumber() {
        let counters = Counters()
        counters.counter("sent_bytes", help: "Bytes sent.").add(3)
        counters.counter("sent_bytes").add()
        counters.gauge("actors", help: "Actors connected.").set(2.5)
        #expect(
            counters.samples == [
                .init(name: "actors", kind: .gauge, help: "Actors connected.", value: 2.5),
                .init(name: "sent_bytes", kind: .counter, help: "Bytes sent.", value: 4),
            ])
    }

    @Test func countersLoseNothingBetweenThreads() {
        let counters = Counters()
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            for _ in 0..<1000 { counters.counter("events").add() }
        }
        #expect(counters.counter("events").value == 8000)
    }
}
