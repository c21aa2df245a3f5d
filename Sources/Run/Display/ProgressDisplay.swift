import Measurements
import Synchronization

/// Shows how a run is going: a block that is redrawn in place on a terminal, a line now and then anywhere else.
///
/// Any thread may call it; it may wait for the terminal. Whoever ends the process by a signal calls `finish` first, so that the cursor comes back.
public final class ProgressDisplay: Sendable {
    /// How often the run is shown, in seconds: on a terminal, and as lines.
    public struct Intervals: Sendable, Equatable {
        public var live: Double
        public var plain: Double

        public init(live: Double = 0.2, plain: Double = 10) {
            self.live = live
            self.plain = plain
        }
    }

    private struct State {
        var block = LiveBlock()
        var snapshot = ProgressSnapshot()
        var lastShown: ContinuousClock.Instant?
        /// Whether `snapshot` is newer than what is on the screen.
        var isStale = false
        var isFinished = false
    }

    private let terminal: Terminal
    private let isLive: Bool
    private let intervals: Intervals
    private let state = Mutex(State())

    /// - Parameter live: whether to redraw in place; nil to find out from the terminal.
    public init(terminal: Terminal = .standardOutput, live: Bool? = nil, intervals: Intervals = Intervals()) {
        self.terminal = terminal
        self.intervals = intervals
        isLive = live ?? terminal.isInteractive
    }

    deinit { finish() }

    /// The block for a terminal of `width` columns.
    public static func lines(for snapshot: ProgressSnapshot, width: Int, coloured: Bool = false) -> [String] {
        ProgressLayout.lines(for: snapshot, width: width, coloured: coloured)
    }

    /// One line for a log.
    public static func plainLine(for snapshot: ProgressSnapshot) -> String {
        ProgressLayout.plainLine(for: snapshot)
    }

    /// Takes a measurement in, and shows where the run stands unless it was shown too short a time ago; the first time that
    /// progress is measured it is always shown.
    public func take(_ measurement: RunMeasurement, at now: ContinuousClock.Instant = .now) {
        let interval = Duration.seconds(isLive ? intervals.live : intervals.plain)
        state.withLock { state in
            guard !state.isFinished else { return }
            state.snapshot.take(measurement)
            // Progress is the last of the samples of one moment.
            guard case .progress = measurement else { return }
            state.isStale = true
            if let last = state.lastShown, now - last < interval { return }
            state.lastShown = now
            show(&state)
        }
    }

    /// Prints a message of its own: above the block on a terminal.
    public func print(_ message: String) {
        state.withLock { state in
            guard isLive, !state.isFinished else { return terminal.write(message + "\n") }
            terminal.write(state.block.interrupt(with: message))
            if state.lastShown != nil { show(&state) }
        }
    }

    /// Shows where the run stands and restores the cursor. Further measurements are ignored; messages are still printed.
    public func finish() {
        state.withLock { state in
            guard !state.isFinished else { return }
            if state.isStale { show(&state) }
            state.isFinished = true
            if isLive { terminal.write(state.block.finish()) }
        }
    }

    private func show(_ state: inout State) {
        state.isStale = false
        guard isLive else { return terminal.write(ProgressLayout.plainLine(for: state.snapshot) + "\n") }
        let (columns, rows) = terminal.size
        let lines = ProgressLayout.lines(for: state.snapshot, width: columns, coloured: terminal.wantsColour)
        // A block taller than the screen could not be drawn over: the cursor does not leave the screen.
        terminal.write(state.block.draw(Array(lines.prefix(max(1, rows - 1)))))
    }
}
