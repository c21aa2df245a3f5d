import Synchronization
import Threads

/// The pictures of all runs, looked for now and then by a thread of its own: a folder may lie on a disk that does not answer.
final class Gallery: Sendable {
    private static let interval = Duration.seconds(5)

    private struct State: Sendable {
        var pictures: [String: [Picture]] = [:]
        var looked: [String: ContinuousClock.Instant] = [:]
        var isLooking = false
    }

    private let state = Mutex(State())

    /// What was found in `folder` the last time. Looks again, for the next call, where that is some time ago.
    func pictures(in folder: String) -> [Picture] {
        let (found, isDue) = state.withLock { state in
            let isDue = !state.isLooking && (state.looked[folder].map { .now - $0 > Self.interval } ?? true)
            if isDue { state.isLooking = true }
            return (state.pictures[folder] ?? [], isDue)
        }
        if isDue { look(in: folder) }
        return found
    }

    private func look(in folder: String) {
        ServiceThread.start("pictures") { [self] in
            let found = Picture.newest(in: folder)
            state.withLock { state in
                state.pictures[folder] = found
                state.looked[folder] = .now
                state.isLooking = false
            }
        }
    }
}
