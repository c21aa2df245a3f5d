import NIOCore

/// Processes whose name another one has taken over. One that comes back, because it never heard of that, must not take the
/// name back: the two would oust each other for ever.
struct RetiredIncarnations {
    static let capacity = 1024

    private struct Process: Hashable {
        let actor: String
        let incarnation: UInt64
    }

    private var processes: Set<Process> = []
    private var order = CircularBuffer<Process>()

    mutating func insert(_ actor: String, _ incarnation: UInt64) {
        let process = Process(actor: actor, incarnation: incarnation)
        guard processes.insert(process).inserted else { return }
        order.append(process)
        if order.count > Self.capacity, let oldest = order.popFirst() { processes.remove(oldest) }
    }

    func contains(_ actor: String, _ incarnation: UInt64) -> Bool {
        processes.contains(Process(actor: actor, incarnation: incarnation))
    }
}
