import CKernels

extension Tape {
    /// y = SiLU(LayerNorm(x)) over the columns of each row, with learned scale and offset [1, columns].
    public func layerNormSiLU(
        _ x: Variable, scale: Parameter, offset: Parameter, epsilon: Float, into y: Variable
    ) {
        precondition(x.columns == scale.columns && x.value.count == y.value.count, "\(x.columns) ≠ \(scale.columns)")
        let stats = tensor(x.rows, 2)
        let columns = x.columns
        run(x.rows, grain: rowGrain(columns)) { _, lo, hi in
            dk_norm_silu_forward(
                hi - lo, columns, x.value.data + lo * columns, scale.value.data, offset.value.data, epsilon,
                y.value.data + lo * columns, stats.data + lo * 2)
        }
        guard y.isTracked else { return }
        record(LayerNormOperation(x: x, scale: scale, offset: offset, y: y, stats: stats, trains: trains(scale)))
    }

    /// y = SiLU(BatchNorm(x)) with statistics over the rows, biased variance. While `training` the batch's statistics
    /// are written to `mean` and `variance` [1, columns], otherwise they are read. In a group the batch is that of all learners.
    public func batchNormSiLU(
        _ x: Variable, scale: Parameter, offset: Parameter, epsilon: Float, training: Bool, mean: Tensor,
        variance: Tensor, into y: Variable
    ) {
        precondition(x.columns == scale.columns && mean.count == x.columns, "\(x.columns) ≠ \(scale.columns)")
        func normalize(moving: Bool) {
            run(x.columns, grain: max(8, 20_000 / x.rows)) { _, lo, hi in
                dk_batch_norm_silu_forward(
                    x.rows, x.columns, lo, hi, x.value.data, scale.value.data, offset.value.data, epsilon,
                    moving ? 1 : 0, mean.data, variance.data, y.value.data)
            }
        }
        normalize(moving: training)
        if training, let group {
            share(mean, variance, with: group)
            normalize(moving: false)
        }
        guard y.isTracked else { return }
        precondition(training, "the running statistics are for acting only")
        record(
            BatchNormOperation(
                x: x, scale: scale, offset: offset, epsilon: epsilon, mean: mean, variance: variance, y: y,
                trains: trains(scale)))
    }

    /// Makes statistics of this learner's rows those of all learners' rows, of which each has as many:
    /// μ = mean μₖ, σ² = mean (σₖ² + (μₖ − μ)²).
    private func share(_ mean: Tensor, _ variance: Tensor, with group: any LearnerGroup) {
        let (columns, learners) = (mean.count, group.sharing)
        let mark = scratch.mark
        defer { scratch.rewind(to: mark) }
        let mine = Tensor(scratch.allocate(Float.self, 2 * columns), rows: 2, columns: columns)
        let all = Tensor(scratch.allocate(Float.self, 2 * columns * learners), rows: 2 * learners, columns: columns)
        mine.slice(0..<1).copy(from: mean)
        mine.slice(1..<2).copy(from: variance)
        group.gather(mine, into: all)
        for column in 0..<columns {
            var (sum, squares) = (Float(0), Float(0))
            for learner in 0..<learners { sum += all[2 * learner, column] }
            let center = sum / Float(learners)
            for learner in 0..<learners {
                let distance = all[2 * learner, column] - center
                squares += all[2 * learner + 1, column] + distance * distance
            }
            (mean[column], variance[column]) = (center, squares / Float(learners))
        }
    }

    /// Rows of `columns` values that make a part worth another thread.
    func rowGrain(_ columns: Int) -> Int { max(1, 8_000 / columns) }
}

private struct LayerNormOperation: Operation {
    let x: Variable
    let scale: Parameter
    let offset: Parameter
    let y: Variable
    let stats: Tensor
    let trains: Bool

    func backward(on tape: Tape) {
        guard let output = tape.incoming(y) else { return }
        let columns = x.columns
        let mark = tape.scratch.mark
        defer { tape.scratch.rewind(to: mark) }
        let input = tape.sink(x, inPlaceOf: y) ?? (tape.scratch.allocate(Float.self, x.value.count), false)
        let sums = tape.scratch.zeros(2 * columns)
        tape.reduce(x.rows, grain: tape.rowGrain(columns), width: 2 * columns, into: sums) { partial, lo, hi in
            dk_norm_silu_backward(
                hi - lo, columns, x.value.data + lo * columns, scale.value.data, offset.value.data,
                stats.data + lo * 2, output + lo * columns, input.accumulate ? 1 : 0, input.data + lo * columns,
                partial,
                partial + columns)
        }
        guard trains else { return }
        tape.compute {
            dk_add(columns, sums, scale.gradient.data)
            dk_add(columns, sums + columns, offset.gradient.data)
        }
    }
}

private struct BatchNormOperation: Operation {
    let x: Variable
    let scale: Parameter
    let offset: Parameter
    let epsilon: Float
    let mean: Tensor
    let variance: Tensor
    let y: Variable
    let trains: Bool

    func backward(on tape: Tape) {
        guard let output = tape.incoming(y), let input = tape.gradient(x) else { return }
        let columns = x.columns
        let mark = tape.scratch.mark
        defer { tape.scratch.rewind(to: mark) }
        let sums = tape.scratch.allocate(Float.self, 2 * columns)
        let slopes = tape.scratch.allocate(Float.self, x.value.count)
        let grain = max(8, 20_000 / x.rows)
        tape.run(columns, grain: grain) { _, lo, hi in
            dk_batch_norm_silu_backward_sums(
                x.rows, columns, lo, hi, x.value.data, scale.value.data, offset.value.data, epsilon, mean.data,
                variance.data, output, sums, sums + columns, slopes)
        }
        // Losses are means over a learner's own rows: of its sums the mean over learners takes the place.
        tape.group?.average(Tensor(sums, rows: 2, columns: columns))
        tape.run(columns, grain: grain) { _, lo, hi in
            dk_batch_norm_silu_backward_input(
                x.rows, columns, lo, hi, x.value.data, scale.value.data, epsilon, mean.data, variance.data, slopes,
                sums, sums + columns, input)
        }
        guard trains else { return }
        tape.compute {
            dk_add(columns, sums, scale.gradient.data)
            dk_add(columns, sums + columns, offset.gradient.data)
        }
    }
}
