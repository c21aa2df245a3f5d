import Replay
import Threads

/// Hears what a replay or a part of it reports.
final class Reports: Sendable {
    private let events = Monitor([ReplayEvent]())

    func add(_ event: ReplayEvent) {
        events.withLock { $0.append(event) }
    }

    var all: [ReplayEvent] { events.read { $0 } }

    /// What was settled, in order.
    var settled: [SettledTrajectory] {
        all.flatMap { event -> [SettledTrajectory] in
            if case .settled(let trajectories, _) = event { trajectories } else { [] }
        }
    }

    /// Waits for an event that `condition` holds for.
    func wait(for condition: (ReplayEvent) -> Bool) {
        events.wait { $0.contains(where: condition) ? () : nil }
    }
}

extension ReplayEvent {
    var isBlocked: Bool {
        switch self {
        case .writing(.blocked), .reading(.blocked): true
        default: false
        }
    }
}
