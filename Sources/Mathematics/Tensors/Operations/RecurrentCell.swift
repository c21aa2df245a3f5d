import CKernels

extension Tape {
    /// The LayerNorm GRU: gates [rows, 3n] are normalised as one row, then
    /// h' = u ⊙ tanh(r ⊙ c) + (1 − u) ⊙ h with r = σ(reset), u = σ(update − 1).
    public func recurrentCell(
        gates: Variable, scale: Parameter, offset: Parameter, epsilon: Float, previous: Variable, into next: Variable
    ) {
        let n = previous.columns
        precondition(
            gates.columns == 3 * n && gates.rows == previous.rows && next.value.count == previous.value.count,
            "gates [\(gates.rows), \(gates.columns)] for a state [\(previous.rows), \(n)]")
        let stats = tensor(gates.rows, 2)
        run(gates.rows, grain: rowGrain(3 * n)) { _, lo, hi in
            dk_gru_forward(
                hi - lo, n, gates.value.data + lo * 3 * n, scale.value.data, offset.value.data, epsilon,
                previous.value.data + lo * n, next.value.data + lo * n, stats.data + lo * 2)
        }
        guard next.isTracked else { return }
        record(
            RecurrentCellOperation(
                gates: gates, scale: scale, offset: offset, previous: previous, next: next, stats: stats,
                trains: trains(scale)))
    }
}

private struct RecurrentCellOperation: Operation {
    let gates: Variable
    let scale: Parameter
    let offset: Parameter
    let previous: Variable
    let next: Variable
    let stats: Tensor
    let trains: Bool

    func backward(on tape: Tape) {
        guard let output = tape.incoming(next), let dgates = tape.gradient(gates) else { return }
        let n = previous.columns
        let mark = tape.scratch.mark
        defer { tape.scratch.rewind(to: mark) }
        let dprevious = tape.gradient(previous) ?? tape.scratch.allocate(Float.self, previous.value.count)
        let sums = tape.scratch.zeros(6 * n)
        tape.reduce(gates.rows, grain: tape.rowGrain(3 * n), width: 9 * n, into: sums, summed: 6 * n) {
            partial, lo, hi in
            dk_gru_backward(
                hi - lo, n, gates.value.data + lo * 3 * n, scale.value.data, offset.value.data, stats.data + lo * 2,
                previous.value.data + lo * n, output + lo * n, dgates + lo * 3 * n, dprevious + lo * n, partial,
                partial + 3 * n, partial + 6 * n)
        }
        guard trains else { return }
        tape.compute {
            dk_add(3 * n, sums, scale.gradient.data)
            dk_add(3 * n, sums + 3 * n, offset.gradient.data)
        }
    }
}
