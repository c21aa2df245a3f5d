/// Which steps there are, and which of them a sequence may start at; no payloads.
///
/// Consecutive trajectories of one stream form a run; a gap starts a new one. A sequence of length L is L + 1
/// consecutive frames of a run: the first serves only as o_{t−1} of the second. Sequences cross borders of trajectories
/// and episodes; they are numbered by their first frames, the oldest first, and one is found by its number in O(log n).
///
/// The numbering depends on the trajectories and their order, not on when they came or how often the program was
/// restarted.
public struct ReplayIndex: Sendable {
    /// Steps in the index.
    public internal(set) var steps = 0
    /// Trajectories in the index.
    public internal(set) var count = 0

    /// A ring: the trajectory with ordinal o is in slot `o & (entries.count − 1)`. Ordinals head ..< tail are in use. One
    /// that was taken out keeps its slot, without a run, until it is the oldest.
    var entries: [Entry]
    private(set) var head = 0
    private(set) var tail = 0
    var runs: [Int: Run] = [:]
    var nextRun = 0
    /// The run that each stream would continue.
    var open: [StreamKey: Int] = [:]
    /// For each length in use, how many valid first frames each slot holds.
    var trees: [Int: WeightTree] = [:]

    struct Entry: Sendable {
        var id: Int64
        /// −1 for one that was taken out.
        var run: Int
        var firstStep: UInt64
        var steps: Int
        /// Ordinals of the neighbours in the run, −1 for none.
        var previous: Int
        var next: Int
    }

    struct Run: Sendable {
        var stream: StreamKey
        /// The step after the last.
        var end: UInt64
        /// Ordinal of the last trajectory.
        var last: Int
    }

    public init() {
        entries = Self.ring(1024)
    }

    private static func ring(_ capacity: Int) -> [Entry] {
        let unused = Entry(id: 0, run: 0, firstStep: 0, steps: 0, previous: -1, next: -1)
        return [Entry](repeating: unused, count: capacity)
    }

    /// Adds the newest trajectory; its id is higher than all others.
    public mutating func append(_ record: TrajectoryRecord) {
        if tail - head == entries.count { grow() }
        let ordinal = tail
        var entry = Entry(
            id: record.id, run: nextRun, firstStep: record.firstStep, steps: record.steps, previous: -1, next: -1)
        if let run = open[record.stream], let last = runs[run]?.last, runs[run]?.end == record.firstStep {
            entry.run = run
            entry.previous = last
            entries[slot(last)].next = ordinal
        } else {
            open[record.stream] = nextRun
            nextRun += 1
        }
        entries[slot(ordinal)] = entry
        tail += 1
        count += 1
        steps += record.steps
        runs[entry.run] = Run(stream: record.stream, end: entry.firstStep + UInt64(entry.steps), last: ordinal)
        for length in Array(trees.keys) { weigh(from: ordinal, length: length) }
    }

    /// Removes all trajectories up to and including this id.
    public mutating func evict(through id: Int64) {
        while head < tail, entries[slot(head)].id <= id {
            let slot = slot(head)
            let entry = entries[slot]
            for length in Array(trees.keys) { trees[length]?.set(slot, to: 0) }
            head += 1
            guard entry.run >= 0 else { continue }
            if entry.next >= 0 {
                entries[self.slot(entry.next)].previous = -1
            } else {
                forget(entry.run)
            }
            count -= 1
            steps -= entry.steps
        }
    }

    /// Number of valid first frames for sequences of this length.
    public mutating func starts(length: Int) -> Int {
        tree(length).total
    }

    /// Returns the sequence of `length` + 1 frames with this number. Of `starts(length:)` sequences, number 0 begins with the
    /// oldest first frame, wherever in the ring it lies.
    public mutating func sequence(_ number: Int, length: Int) -> SequenceLocation {
        let tree = tree(length)
        precondition((0..<tree.total).contains(number), "sequence \(number) of \(tree.total)")
        let passed = tree.sum(before: slot(head))
        let (slot, offset) = tree.find(number < tree.total - passed ? number + passed : number + passed - tree.total)
        return location(of: slot, offset: offset, frames: length + 1)
    }

    private func location(of slot: Int, offset: Int, frames: Int) -> SequenceLocation {
        var location = SequenceLocation(pieces: [])
        var entry = entries[slot]
        var start = offset
        var missing = frames
        while true {
            let taken = min(missing, entry.steps - start)
            location.pieces.append(.init(trajectory: entry.id, steps: start..<start + taken))
            missing -= taken
            if missing == 0 { return location }
            start = 0
            entry = entries[self.slot(entry.next)]
        }
    }

    /// The last trajectory of a run has left.
    private mutating func forget(_ run: Int) {
        guard let stream = runs.removeValue(forKey: run)?.stream, open[stream] == run else { return }
        open[stream] = nil
    }

    func slot(_ ordinal: Int) -> Int { ordinal & (entries.count - 1) }

    private mutating func grow() {
        var larger = Self.ring(2 * entries.count)
        for ordinal in head..<tail { larger[ordinal & (larger.count - 1)] = entries[slot(ordinal)] }
        entries = larger
        for length in Array(trees.keys) { trees[length] = weighed(length) }
    }
}

/// Weights: how many valid first frames lie in each trajectory.
extension ReplayIndex {
    private mutating func tree(_ length: Int) -> WeightTree {
        if let tree = trees[length] { return tree }
        let tree = weighed(length)
        trees[length] = tree
        return tree
    }

    private func weighed(_ length: Int) -> WeightTree {
        var tree = WeightTree(capacity: entries.count)
        for ordinal in head..<tail { tree.set(slot(ordinal), to: weight(entries[slot(ordinal)], length)) }
        return tree
    }

    /// A first frame needs `length` more frames of its run after it.
    private func weight(_ entry: Entry, _ length: Int) -> Int {
        guard let end = runs[entry.run]?.end else { return 0 }
        let following = Int(end - entry.firstStep)
        return min(entry.steps, max(0, following - length))
    }

    /// A run has grown or was cut at its end: weighs those of its trajectories that this can change.
    mutating func weigh(from last: Int, length: Int) {
        var ordinal = last
        while ordinal >= 0 {
            let slot = slot(ordinal)
            let entry = entries[slot]
            let weight = weight(entry, length)
            // Those before one that has enough behind it have, too.
            if ordinal != last, weight == entry.steps, trees[length]?.weight(slot) == weight { return }
            trees[length]?.set(slot, to: weight)
            ordinal = entry.previous
        }
    }
}
