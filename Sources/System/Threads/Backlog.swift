/// Work that may have to wait for a disk or for who reads a pipe, done in order by a thread of its own: whoever has some
/// hands it over and goes on. What is more than fits is dropped and counted.
package final class Backlog<Item: Sendable>: Sendable {
    private struct Shared {
        var items: [Item] = []
        /// Ever dropped, and of those, what the thread was told of.
        var dropped = 0, toldDropped = 0
        /// Ever taken in, and of those, done.
        var added = 0, done = 0
        var isClosing = false
    }

    private let shared = Monitor(Shared())
    private let limit: Int

    /// - Parameters:
    ///   - name: of the thread, as tools show it, at most 15 bytes.
    ///   - limit: items that may wait.
    ///   - work: is given what has gathered, and how many items were dropped before; called on the thread.
    package init(name: String, limit: Int, work: @escaping @Sendable (_ items: [Item], _ dropped: Int) -> Void) {
        self.limit = limit
        ServiceThread.start(name) { [shared] in
            while let (items, dropped) = Self.take(from: shared) {
                work(items, dropped)
                shared.withLock { $0.done += items.count }
            }
        }
    }

    /// What was handed over is still done.
    deinit {
        shared.withLock { $0.isClosing = true }
    }

    /// Hands over; returns at once.
    /// - Returns: nil, or, where there was no room, how many were dropped so far, this one among them.
    @discardableResult
    package func add(_ item: Item) -> Int? {
        shared.withLock { shared in
            guard shared.items.count < limit else {
                shared.dropped += 1
                return shared.dropped
            }
            shared.items.append(item)
            shared.added += 1
            return nil
        }
    }

    /// Waits until all that was handed over before is done, but no longer than `time`.
    /// - Returns: whether it is.
    @discardableResult
    package func finish(within time: Duration) -> Bool {
        let added = shared.read { $0.added }
        return shared.wait(until: .now + time) { $0.done >= added ? true : nil } ?? false
    }

    /// What waits; nil when nothing does and nothing can come.
    private static func take(from shared: Monitor<Shared>) -> (items: [Item], dropped: Int)? {
        shared.wait { shared -> (items: [Item], dropped: Int)?? in
            guard !shared.items.isEmpty else { return shared.isClosing ? .some(nil) : nil }
            defer { (shared.items, shared.toldDropped) = ([], shared.dropped) }
            return (shared.items, shared.dropped - shared.toldDropped)
        }
    }
}
