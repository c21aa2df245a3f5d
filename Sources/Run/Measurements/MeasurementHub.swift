import Foundation
import Synchronization

/// Where a process publishes what it measures, once, and where those subscribe who do something with it.
public final class MeasurementHub: Sendable {
    /// Called on the thread that publishes, which may be an event loop: it returns at once and bounds what it keeps.
    public typealias Sink = @Sendable (MeasurementRecord) -> Void

    private struct State: Sendable {
        var sinks: [Sink] = []
        var streams: [Int: AsyncStream<MeasurementRecord>.Continuation] = [:]
        /// Streams there ever were.
        var count = 0
    }

    private let state = Mutex(State())

    public init() {}

    /// Hands a measurement to all who have subscribed.
    public func publish(_ measurement: RunMeasurement, at date: Date = Date()) {
        let record = MeasurementRecord(measurement, at: date)
        // Outside the lock: a sink may take locks of its own.
        let (sinks, streams) = state.withLock { ($0.sinks, $0.streams.values) }
        for sink in sinks { sink(record) }
        for stream in streams { stream.yield(record) }
    }

    /// Calls `sink` with all that is published from now on.
    public func subscribe(_ sink: @escaping Sink) {
        state.withLock { $0.sinks.append(sink) }
    }

    /// All that is published from now on, for who may have to wait: a terminal, a pipe, a network.
    ///
    /// - Parameter limit: records that are kept; beyond it the oldest are lost, so that nobody waits for a slow reader.
    public func records(keeping limit: Int = 1024) -> AsyncStream<MeasurementRecord> {
        let (records, stream) = AsyncStream.makeStream(
            of: MeasurementRecord.self, bufferingPolicy: .bufferingNewest(limit))
        let number = state.withLock { state in
            state.count += 1
            state.streams[state.count] = stream
            return state.count
        }
        stream.onTermination = { [weak self] _ in self?.state.withLock { _ = $0.streams.removeValue(forKey: number) } }
        return records
    }

    /// Ends all streams; what they keep can still be read.
    public func finish() {
        let streams = state.withLock { $0.streams.values }
        for stream in streams { stream.finish() }
    }
}
