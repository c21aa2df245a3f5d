import Measurements
import Synchronization

/// One run that the dashboard shows. Any thread may tell it what was measured; it only keeps numbers.
package final class ShownRun: Sendable {
    /// Measurements that wait while the past is read.
    private static let maximumWaiting = 8192

    /// As addresses and the page name it.
    package let name: String
    /// Folder of the run's pictures.
    let pictures: String

    private struct Shared: Sendable {
        var state = RunState()
        /// Changes when the state is another one altogether.
        var epoch = 0
        /// What was measured while the past was read; nil where nobody reads it.
        var waiting: [MeasurementRecord]?
        /// Lines of the past that were no measurements.
        var unreadLines = 0
        var isChanged = true
    }

    private let shared: Mutex<Shared>

    /// - Parameter hasPast: whether `precede` will be called.
    package init(name: String, pictures: String, hasPast: Bool = false) {
        self.name = name
        self.pictures = pictures
        shared = Mutex(Shared(waiting: hasPast ? [] : nil))
    }

    package func take(_ record: MeasurementRecord) {
        shared.withLock { shared in
            shared.state.take(record)
            shared.isChanged = true
            if let count = shared.waiting?.count, count < Self.maximumWaiting { shared.waiting?.append(record) }
        }
    }

    /// Puts what a run has measured before in front of what it has measured since `init`.
    /// - Parameter read: reads the past, and is given each line; it may take long.
    package func precede(with read: (_ line: (ArraySlice<UInt8>) -> Void) -> Void) {
        var state = RunState()
        var unread = 0
        read { line in
            if let record = MeasurementRecord(json: line) { state.take(record) } else { unread += 1 }
        }
        shared.withLock { shared in
            for record in shared.waiting ?? [] { state.take(record) }
            shared.state = state
            shared.unreadLines += unread
            shared.epoch += 1
            shared.waiting = nil
            shared.isChanged = true
        }
    }

    /// A line of its file; one that is no measurement is counted.
    func take(line: ArraySlice<UInt8>) {
        if let record = MeasurementRecord(json: line) { return take(record) }
        shared.withLock { shared in
            shared.unreadLines += 1
            shared.isChanged = true
        }
    }

    /// Forgets everything: its file is another one.
    func startOver() {
        shared.withLock { shared in
            shared = Shared(epoch: shared.epoch + 1)
        }
    }

    /// Whether anything was measured since `writeChanges`.
    var isChanged: Bool { shared.withLock { $0.isChanged } }

    /// How many actors there are to be shown.
    var actorCount: Int { shared.withLock { $0.state.actors.count } }

    /// What tells it from other runs.
    func writeSummary(to json: inout JSONText) {
        let state = shared.withLock { $0.state }
        json.object { json in
            json.member("name", name)
            state.writeSummary(to: &json)
        }
    }

    /// All that is known: for who looks for the first time.
    func writeAll(to json: inout JSONText, pictures: [Picture]) {
        let (state, epoch, unread) = shared.withLock { ($0.state, $0.epoch, $0.unreadLines) }
        json.object { json in
            Self.write(state, epoch: epoch, unread: unread, pictures, to: &json)
            json.key("actors")
            state.writeActors(to: &json)
            json.key("curves")
            state.writeCurves(to: &json)
        }
    }

    /// What is new since the last call.
    /// - Parameter withActors: whether how actors are doing is said, too.
    func writeChanges(to json: inout JSONText, pictures: [Picture], withActors: Bool) {
        var changes = JSONText()
        // Under the lock, as changes are taken; all else is written from a copy.
        let (state, epoch, unread) = shared.withLock { shared in
            shared.isChanged = false
            shared.state.writeChanges(to: &changes)
            return (shared.state, shared.epoch, shared.unreadLines)
        }
        json.object { json in
            Self.write(state, epoch: epoch, unread: unread, pictures, to: &json)
            if withActors {
                json.key("actors")
                state.writeActors(to: &json)
            }
            json.key("curves")
            json.raw(changes)
        }
    }

    private static func write(
        _ state: RunState, epoch: Int, unread: Int, _ pictures: [Picture], to json: inout JSONText
    ) {
        json.member("epoch", epoch)
        json.member("unreadLines", unread)
        state.write(to: &json)
        json.key("pictures")
        json.array { json in for picture in pictures { picture.write(to: &json) } }
    }
}
