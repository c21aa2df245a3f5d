import Glibc

/// The loops of a step in their order, and what they take.
///
/// A pool that rehearses lets one thread make the parts of every loop one after the other, at the same cuts and into the same
/// memory as its many threads would, with a time for each; another pool has one time for each loop as its threads share it.
/// What is left of a step's time outside of loops is serial: no number of threads shortens it. The same step may be made
/// several times; the least of each time counts, as whatever else the machine does only adds to it.
public final class LoopTrace {
    /// Where in the source a loop stands.
    public struct Place: Hashable, Sendable {
        public let file: String
        public let line: UInt

        init(_ file: StaticString, _ line: UInt) {
            // "Module/File.swift"
            self.file = String(file.description.split(separator: "/").last ?? "")
            self.line = line
        }
    }

    /// A loop, in seconds.
    public struct Loop: Sendable {
        /// The part of a step that it belongs to, see `PartClock`.
        public let part: Int
        /// Nil for what came after the last loop.
        public let place: Place?
        /// Between the loop before and this one, on the thread that starts both.
        public internal(set) var serial: Double
        /// Of each of its parts; of the whole loop where it was not rehearsed.
        public internal(set) var parts: ArraySlice<Double>
    }

    private struct Entry {
        let part: Int
        let place: Place?
        var serial: Double
        let times: Range<Int>
    }

    private var entries: [Entry] = []
    private var times: [Double] = []
    private var next = 0
    /// The part of a step that runs.
    var part = PartClock.other
    private var since = 0.0

    init() {}

    /// The loops of a step, in their order.
    public var loops: [Loop] {
        entries.map { Loop(part: $0.part, place: $0.place, serial: $0.serial, parts: times[$0.times]) }
    }

    /// Forgets the step: the next one may be another.
    public func forget() {
        entries.removeAll(keepingCapacity: true)
        times.removeAll(keepingCapacity: true)
        next = 0
    }

    /// Starts the clock of a step, the same as the one before where there was one.
    public func begin() {
        next = 0
        since = Self.now()
    }

    /// Charges what came after the last loop.
    public func end() {
        let entry = enter(0, at: nil)
        precondition(entry == entries.count - 1, "a step of \(next) loops is not one of \(entries.count)")
    }

    /// Makes the parts of a loop one after the other.
    func rehearse(
        _ parts: Int, _ count: Int, at place: Place, _ body: (_ part: Int, _ lo: Int, _ hi: Int) -> Void
    ) {
        time(parts, at: place) { body($0, count * $0 / parts, count * ($0 + 1) / parts) }
    }

    /// Makes a loop as `run` does.
    func observe(at place: Place, _ run: () -> Void) {
        time(1, at: place) { _ in run() }
    }

    private func time(_ parts: Int, at place: Place, _ run: (_ part: Int) -> Void) {
        let first = entries[enter(parts, at: place)].times.lowerBound
        for part in 0..<parts {
            let start = Self.now()
            run(part)
            times[first + part] = min(times[first + part], Self.now() - start)
        }
        since = Self.now()
    }

    /// - Returns: the number of the loop that begins.
    private func enter(_ parts: Int, at place: Place?) -> Int {
        let serial = Self.now() - since
        defer { next += 1 }
        guard next == entries.count else {
            precondition(
                entries[next].place == place && entries[next].times.count == parts, "this is not the step before")
            entries[next].serial = min(entries[next].serial, serial)
            return next
        }
        times.append(contentsOf: repeatElement(.infinity, count: parts))
        entries.append(
            Entry(part: part, place: place, serial: serial, times: times.count - parts..<times.count))
        return next
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }
}
