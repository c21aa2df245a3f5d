import CKernels

extension Tape {
    /// Row by row the initial state where an episode starts, the previous one elsewhere.
    /// - Parameters:
    ///   - initial: [1, columns].
    ///   - previous: [rows, columns]; nil starts every row.
    ///   - first: [rows].
    public func reset(initial: Variable, previous: Variable?, first: Bytes, into state: Variable) {
        let columns = initial.columns
        compute {
            for row in 0..<state.rows {
                let isStart = starts(row, first, previous == nil)
                let from = isStart ? initial.value.data : previous!.value.data + row * columns
                (state.value.data + row * columns).update(from: from, count: columns)
            }
        }
        guard state.isTracked else { return }
        record(
            ResetOperation(
                initial: initial.slot, initialOffset: initial.offset, previous: previous?.slot ?? -1,
                previousOffset: previous?.offset ?? 0, state: state.slot, stateOffset: state.offset,
                first: first, all: previous == nil, rows: state.rows, columns: columns))
    }

    /// The same for a sample.
    public func reset(initial: OneHot, previous: OneHot?, first: Bytes, into state: OneHot) {
        let groups = initial.groups
        compute {
            for row in 0..<state.rows {
                let from = starts(row, first, previous == nil) ? initial.index : previous!.index + row * groups
                (state.index + row * groups).update(from: from, count: groups)
            }
        }
        guard state.slot >= 0 else { return }
        record(
            ResetOperation(
                initial: initial.slot, initialOffset: initial.offset, previous: previous?.slot ?? -1,
                previousOffset: previous?.offset ?? 0, state: state.slot, stateOffset: state.offset,
                first: first, all: previous == nil, rows: state.rows, columns: initial.columns))
    }

    private func starts(_ row: Int, _ first: Bytes, _ all: Bool) -> Bool { all || first[row] != 0 }
}

private struct ResetOperation: Operation {
    let initial: Int
    let initialOffset: Int
    let previous: Int
    let previousOffset: Int
    let state: Int
    let stateOffset: Int
    let first: Bytes
    let all: Bool
    let rows: Int
    let columns: Int

    func backward(on tape: Tape) {
        guard let output = tape.incoming(slot: state, offset: stateOffset) else { return }
        let toInitial = tape.gradient(slot: initial, offset: initialOffset)
        let toPrevious = tape.gradient(slot: previous, offset: previousOffset)
        tape.compute {
            for row in 0..<rows {
                if all || first[row] != 0 {
                    if let toInitial { dk_add(columns, output + row * columns, toInitial) }
                } else if let toPrevious {
                    dk_add(columns, output + row * columns, toPrevious + row * columns)
                }
            }
        }
    }
}
