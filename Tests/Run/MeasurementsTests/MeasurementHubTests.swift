import Dispatch
import Measurements
import Synchronization
import Testing

@Suite struct MeasurementHubTests {
    private final class Seen: Sendable {
        private let records = Mutex<[MeasurementRecord]>([])
        var all: [MeasurementRecord] { records.withLock { $0 } }
        func add(_ record: MeasurementRecord) { records.withLock { $0.append(record) } }
    }

    @Test func everySinkSeesWhatIsPublishedAfterItsSubscription() {
        let hub = MeasurementHub()
        let (early, late) = (Seen(), Seen())
        hub.subscribe { early.add($0) }
        hub.publish(oneOfEachKind[0])
        hub.subscribe { late.add($0) }
        hub.publish(oneOfEachKind[1])
        #expect(early.all.map(\.measurement) == Array(oneOfEachKind[0...1]))
        #expect(late.all == [early.all[1]])
    }

    @Test func aSinkMayPublish() {
        let hub = MeasurementHub()
        let seen = Seen()
        hub.subscribe { record in
            seen.add(record)
            if record.measurement.kind == .start { hub.publish(oneOfEachKind[1]) }
        }
        hub.publish(oneOfEachKind[0])
        #expect(seen.all.map(\.measurement.kind) == [.start, .progress])
    }

    @Test func nothingIsLostBetweenThreads() {
        let hub = MeasurementHub()
        let seen = Seen()
        hub.subscribe { seen.add($0) }
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            for _ in 0..<500 { hub.publish(oneOfEachKind[5]) }
        }
        #expect(seen.all.count == 4000)
    }

    @Test func aStreamGivesAllAndEnds() async {
        let hub = MeasurementHub()
        let records = hub.records()
        for measurement in oneOfEachKind { hub.publish(measurement) }
        hub.finish()
        var found: [RunMeasurement] = []
        for await record in records { found.append(record.measurement) }
        #expect(found == oneOfEachKind)
        hub.publish(oneOfEachKind[0])
    }

    /// Who does not read keeps nobody waiting and does not fill the memory.
    @Test func aSlowReaderLosesTheOldest() async {
        let hub = MeasurementHub()
        let records = hub.records(keeping: 3)
        for measurement in oneOfEachKind { hub.publish(measurement) }
        hub.finish()
        var found: [RunMeasurement] = []
        for await record in records { found.append(record.measurement) }
        #expect(found == oneOfEachKind.suffix(3))
    }

    @Test func oneStreamThatEndsLeavesTheOthers() async {
        let hub = MeasurementHub()
        let (left, staying) = (hub.records(), hub.records())
        let reader = Task { for await _ in left {} }
        reader.cancel()
        await reader.value
        hub.publish(oneOfEachKind[0])
        hub.finish()
        var found: [RunMeasurement] = []
        for await record in staying { found.append(record.measurement) }
        #expect(found == [oneOfEachKind[0]])
    }
}
