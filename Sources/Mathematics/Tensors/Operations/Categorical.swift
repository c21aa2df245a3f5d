import CKernels

extension Tape {
    /// p = (1 − unimix) softmax(logits) + unimix / classes, for each group of `classes` columns.
    public func softmax(_ logits: Variable, classes: Int, unimix: Float) -> Variable {
        let p = variable(logits.rows, logits.columns, tracked: logits.isTracked)
        softmax(logits, classes: classes, unimix: unimix, into: p)
        return p
    }

    public func softmax(_ logits: Variable, classes: Int, unimix: Float, into p: Variable) {
        precondition(logits.columns % classes == 0 && p.value.count == logits.value.count, "groups of \(classes)")
        let rows = logits.value.count / classes
        run(rows, grain: rowGrain(classes)) { _, lo, hi in
            dk_softmax_mix_forward(
                hi - lo, classes, logits.value.data + lo * classes, unimix, p.value.data + lo * classes)
        }
        if p.isTracked { record(SoftmaxOperation(logits: logits, p: p, classes: classes, unimix: unimix)) }
    }

    /// KL(q ‖ p) of each row [rows, 1], summed over all groups. Backwards, where it is at least `free`, `dynamics`
    /// times its gradient goes to p and `representation` times to q: the two losses with a stopped side each.
    public func divergence(
        _ q: Variable, _ p: Variable, free: Float, dynamics: Float, representation: Float
    ) -> Tensor {
        precondition(
            q.rows == p.rows && q.columns == p.columns, "[\(q.rows), \(q.columns)] ≠ [\(p.rows), \(p.columns)]")
        let kl = tensor(q.rows)
        let columns = q.columns
        run(q.rows, grain: rowGrain(columns)) { _, lo, hi in
            dk_kl_forward(
                hi - lo, columns, q.value.data + lo * columns, p.value.data + lo * columns, kl.data + lo)
        }
        record(
            DivergenceOperation(q: q, p: p, kl: kl, free: free, dynamics: dynamics, representation: representation))
        return kl
    }
}

private struct SoftmaxOperation: Operation {
    let logits: Variable
    let p: Variable
    let classes: Int
    let unimix: Float

    func backward(on tape: Tape) {
        guard let output = tape.incoming(p), let input = tape.gradient(logits) else { return }
        let rows = p.value.count / classes
        tape.run(rows, grain: tape.rowGrain(classes)) { _, lo, hi in
            dk_softmax_mix_backward(
                hi - lo, classes, p.value.data + lo * classes, unimix, output + lo * classes, input + lo * classes)
        }
    }
}

private struct DivergenceOperation: Operation {
    let q: Variable
    let p: Variable
    let kl: Tensor
    let free: Float
    let dynamics: Float
    let representation: Float

    func backward(on tape: Tape) {
        guard let dq = tape.gradient(q), let dp = tape.gradient(p) else { return }
        let columns = q.columns
        tape.run(q.rows, grain: tape.rowGrain(columns)) { _, lo, hi in
            dk_kl_backward(
                hi - lo, columns, q.value.data + lo * columns, p.value.data + lo * columns, kl.data + lo, free,
                dynamics, representation, dq + lo * columns, dp + lo * columns)
        }
    }
}
