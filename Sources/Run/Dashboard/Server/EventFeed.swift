import NIOCore
import Synchronization

/// What is new about runs, once a second, to all who listen. What a listener does not read in time is dropped: events are
/// numbered, and who misses one asks for everything again.
final class EventFeed: Sendable {
    /// Between two events, and longer ones between those that tell of many actors: 250 a second.
    private static let interval = Duration.seconds(1)
    private static let actorsPerSecond = 250
    /// Between two signs of life where nothing is new: proxies close connections that are silent.
    private static let silence = 15
    /// Events that wait for one listener, and listeners.
    private static let maximumWaiting = 4, maximumListeners = 64

    private typealias Listener = AsyncStream<ByteBuffer>.Continuation

    private struct State: Sendable {
        var listeners: [Int: Listener] = [:]
        var count = 0
        var isFinished = false
        /// Events so far.
        var number = 0
    }

    private let runs: RunList
    private let gallery: Gallery
    private let state = Mutex(State())

    init(_ runs: RunList, gallery: Gallery) {
        self.runs = runs
        self.gallery = gallery
    }

    /// The number of the last event.
    var number: Int { state.withLock { $0.number } }

    /// Events from now on; nil where as many listen as may.
    func listen() -> AsyncStream<ByteBuffer>? {
        let (events, listener) = AsyncStream.makeStream(
            of: ByteBuffer.self, bufferingPolicy: .bufferingNewest(Self.maximumWaiting))
        let number: Int? = state.withLock { state in
            guard !state.isFinished, state.listeners.count < Self.maximumListeners else { return nil }
            state.count += 1
            state.listeners[state.count] = listener
            return state.count
        }
        guard let number else { return nil }
        listener.onTermination = { [weak self] _ in self?.state.withLock { $0.listeners[number] = nil } }
        listener.yield(ByteBuffer(string: "retry: 2000\n\n"))
        return events
    }

    /// Tells the listeners what is new, until it is cancelled. Nothing is written while nobody listens.
    func run() async {
        var round = 0
        // Cancellation ends the pause, and with it the loop.
        while (try? await Task.sleep(for: Self.interval)) != nil {
            round += 1
            if let event = event(round: round) { send(event) }
        }
        finish()
    }

    private func finish() {
        let listeners = state.withLock { state in
            state.isFinished = true
            return state.listeners.values
        }
        for listener in listeners { listener.finish() }
    }

    private func send(_ event: ByteBuffer) {
        let listeners = state.withLock { $0.listeners.values }
        for listener in listeners { listener.yield(event) }
    }

    /// Nil where there is nothing to be said, or nobody who hears it.
    private func event(round: Int) -> ByteBuffer? {
        guard state.withLock({ !$0.listeners.isEmpty }) else { return nil }
        let changed = runs.all.enumerated().filter { $0.element.isChanged }
        guard !changed.isEmpty else { return round % Self.silence == 0 ? ByteBuffer(string: ": \n\n") : nil }
        let number = state.withLock { state in
            state.number += 1
            return state.number
        }
        var json = JSONText()
        json.object { json in
            json.member("number", number)
            json.key("runs")
            json.object { json in
                for (index, run) in changed { write(run, index, round, to: &json) }
            }
        }
        return ByteBuffer(bytes: Array("data: ".utf8) + json.bytes + Array("\n\n".utf8))
    }

    private func write(_ run: ShownRun, _ index: Int, _ round: Int, to json: inout JSONText) {
        let period = 1 + run.actorCount / Self.actorsPerSecond
        json.key("\(index)")
        run.writeChanges(
            to: &json, pictures: gallery.pictures(in: run.pictures), withActors: round % period == 0)
    }
}
