/// Events per second over the last `window`.
public struct RateMeter: Sendable {
    private struct Slot {
        var start: ContinuousClock.Instant
        var events: Double
    }

    /// The window is divided so that memory does not grow with the rate; the error is at most one slot.
    private static let slotsPerWindow = 20

    public let window: Duration
    private let slotLength: Duration
    private let begin: ContinuousClock.Instant
    private var slots: [Slot] = []

    /// - Parameters:
    ///   - window: how far back the rate looks; positive.
    ///   - start: before it nothing is counted; a younger meter divides by its own age.
    public init(window: Duration = .seconds(30), start: ContinuousClock.Instant = .now) {
        precondition(window > .zero, "a window of \(window) has no rate")
        self.window = window
        slotLength = window / Self.slotsPerWindow
        begin = start
    }

    public mutating func add(_ events: Double = 1, at now: ContinuousClock.Instant = .now) {
        if let last = slots.last, now - last.start < slotLength {
            slots[slots.count - 1].events += events
        } else {
            slots.append(Slot(start: now, events: events))
            slots.removeAll { [window] in now - $0.start > window }
        }
    }

    /// Events per second; 0 for a meter without an age.
    public func rate(at now: ContinuousClock.Instant = .now) -> Double {
        let span = min(window, now - begin)
        guard span > .zero else { return 0 }
        let events = slots.reduce(0) { now - $1.start > window ? $0 : $0 + $1.events }
        return events / (span / .seconds(1))
    }
}
