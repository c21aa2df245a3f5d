import CKernels

extension Tape {
    /// Copies `x` into its place in a larger matrix; the gradient flows back.
    public func join(_ x: Variable, into place: Variable) {
        compute { place.value.copy(from: x.value) }
        guard x.isTracked && place.isTracked else { return }
        record(
            JoinOperation(
                from: x.slot, fromOffset: x.offset, to: place.slot, toOffset: place.offset, count: x.value.count))
    }

    /// Two matrices side by side [rows, columns of both], without a gradient.
    public func joinedColumns(_ x: Tensor, _ y: Tensor) -> Tensor {
        precondition(x.rows == y.rows, "\(x.rows) rows beside \(y.rows)")
        let joined = tensor(x.rows, x.columns + y.columns)
        compute {
            for row in 0..<x.rows {
                let place = joined.data + row * joined.columns
                place.update(from: x.data + row * x.columns, count: x.columns)
                (place + x.columns).update(from: y.data + row * y.columns, count: y.columns)
            }
        }
        return joined
    }

    /// `join` for a sample.
    public func join(_ x: OneHot, into place: OneHot) {
        compute { place.copy(from: x) }
        guard x.slot >= 0 && place.slot >= 0 else { return }
        record(
            JoinOperation(
                from: x.slot, fromOffset: x.offset, to: place.slot, toOffset: place.offset, count: x.rows * x.columns))
    }
}

private struct JoinOperation: Operation {
    let from: Int
    let fromOffset: Int
    let to: Int
    let toOffset: Int
    let count: Int

    func backward(on tape: Tape) {
        guard let output = tape.incoming(slot: to, offset: toOffset),
            let input = tape.gradient(slot: from, offset: fromOffset)
        else { return }
        tape.compute { dk_add(count, output, input) }
    }
}
