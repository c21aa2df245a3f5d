extension Tape {
    /// y = now − before of two samples [rows, groups · classes], dense: where a group's choice changed, 1 at the new
    /// class and −1 at the old one. The gradient reaches what both samples are straight-through to.
    public func difference(_ now: OneHot, _ before: OneHot, into y: Variable) {
        precondition(
            now.rows == before.rows && now.groups == before.groups && now.classes == before.classes
                && y.rows == now.rows && y.columns == now.columns,
            "[\(now.rows), \(now.columns)] − [\(before.rows), \(before.columns)] into [\(y.rows), \(y.columns)]")
        compute {
            y.value.fill(0)
            for group in 0..<now.rows * now.groups {
                let row = y.value.data + group * now.classes
                row[Int(now.index[group])] += 1
                row[Int(before.index[group])] -= 1
            }
        }
        if y.isTracked { record(LatentDifferenceOperation(now: now, before: before, y: y)) }
    }
}

private struct LatentDifferenceOperation: Operation {
    let now: OneHot
    let before: OneHot
    let y: Variable

    /// dnow += dy, dbefore −= dy.
    func backward(on tape: Tape) {
        guard let output = tape.incoming(y) else { return }
        if let gradient = tape.gradient(slot: now.slot, offset: now.offset) {
            tape.compute { for index in 0..<y.value.count { gradient[index] += output[index] } }
        }
        if let gradient = tape.gradient(slot: before.slot, offset: before.offset) {
            tape.compute { for index in 0..<y.value.count { gradient[index] -= output[index] } }
        }
    }
}
