extension ReplayIndex {
    /// Takes out a trajectory from between others, as if it had never come: its run is cut there.
    mutating func remove(_ id: Int64) {
        guard let slot = ordinal(of: id).map(slot), entries[slot].run >= 0 else { return }
        let entry = entries[slot]
        entries[slot] = Entry(id: id, run: -1, firstStep: 0, steps: 0, previous: -1, next: -1)
        for length in Array(trees.keys) { trees[length]?.set(slot, to: 0) }
        count -= 1
        steps -= entry.steps
        guard let run = runs.removeValue(forKey: entry.run) else { return }
        let isOpen = open[run.stream] == entry.run
        if isOpen { open[run.stream] = nil }
        if entry.next >= 0 { split(run, isOpen: isOpen, from: entry.next) }
        if entry.previous >= 0 { end(entry.run, of: run.stream, at: entry.previous, before: entry.firstStep) }
    }

    /// What lies behind a gap is a run of its own, which its stream may go on with.
    private mutating func split(_ run: Run, isOpen: Bool, from first: Int) {
        entries[slot(first)].previous = -1
        var ordinal = first
        while ordinal >= 0 {
            entries[slot(ordinal)].run = nextRun
            ordinal = entries[slot(ordinal)].next
        }
        runs[nextRun] = run
        if isOpen { open[run.stream] = nextRun }
        nextRun += 1
    }

    /// What lies before a gap ends there.
    private mutating func end(_ run: Int, of stream: StreamKey, at last: Int, before step: UInt64) {
        entries[slot(last)].next = -1
        runs[run] = Run(stream: stream, end: step, last: last)
        for length in Array(trees.keys) { weigh(from: last, length: length) }
    }

    /// Ids rise with the ordinals.
    private func ordinal(of id: Int64) -> Int? {
        var (low, high) = (head, tail)
        while low < high {
            let middle = (low + high) / 2
            if entries[slot(middle)].id < id { low = middle + 1 } else { high = middle }
        }
        return low < tail && entries[slot(low)].id == id ? low : nil
    }
}
