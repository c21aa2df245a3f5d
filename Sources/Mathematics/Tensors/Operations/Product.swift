import CKernels

/// A weight gradient that waits for the end of the backward pass. Steps of a loop over time that lie next to each
/// other in memory grow into one product.
struct PendingProduct {
    enum Input {
        case dense(UnsafePointer<Float>)
        case oneHot(UnsafePointer<Int32>, groups: Int, classes: Int)
        case ones
    }

    var input: Input
    var output: UnsafePointer<Float>
    var rows: Int
    let inputs: Int
    let outputs: Int
    let target: UnsafeMutablePointer<Float>

    /// Takes `earlier` in if it is the same product of the rows just before these.
    mutating func absorb(_ earlier: PendingProduct) -> Bool {
        guard earlier.target == target, earlier.output + earlier.rows * outputs == output else { return false }
        switch (earlier.input, input) {
        case (.dense(let before), .dense(let now)) where before + earlier.rows * inputs == now: break
        case (.oneHot(let before, let groups, _), .oneHot(let now, _, _)) where before + earlier.rows * groups == now:
            break
        case (.ones, .ones): break
        default: return false
        }
        input = earlier.input
        output = earlier.output
        rows += earlier.rows
        return true
    }
}

extension Tape {
    /// y (+)= x W, with x [rows, in], W [in, out], y [rows, out].
    public func multiply(_ x: Variable, _ weight: Parameter, into y: Variable, accumulate: Bool = false) {
        precondition(
            x.columns == weight.rows && y.columns == weight.columns && x.rows == y.rows,
            "[\(x.rows), \(x.columns)] times [\(weight.rows), \(weight.columns)] into [\(y.rows), \(y.columns)]")
        count(x.rows, weight)
        compute {
            pool.multiply(
                x.rows, weight.columns, weight.rows, Operand(x.value.data, stride: x.columns),
                Operand(weight.value.data, stride: weight.columns), beta: accumulate ? 1 : 0, y.value.data,
                stride: y.columns)
        }
        if y.isTracked { record(ProductOperation(x: x, weight: weight, y: y, trains: trains(weight))) }
    }

    /// y (+)= x W for a one-hot x: `groups` rows of W are looked up and added for each row of y.
    public func multiply(_ x: OneHot, _ weight: Parameter, into y: Variable, accumulate: Bool = false) {
        precondition(
            x.columns == weight.rows && y.columns == weight.columns && x.rows == y.rows,
            "one-hot [\(x.rows), \(x.columns)] times [\(weight.rows), \(weight.columns)] into [\(y.rows), \(y.columns)]"
        )
        count(x, weight)
        let (w, out) = (weight.value.data, y.value.data)
        // Columns are shared out first: each thread then reads its share of W only. A strip is 64 columns wide.
        let strips = (y.columns + 63) / 64
        let blocks = max(1, min(pool.threads / strips, x.rows / 8))
        let worthwhile = x.rows * x.groups * y.columns > 100_000
        run(strips * blocks, grain: worthwhile ? 1 : strips * blocks) { _, lo, hi in
            for cell in lo..<hi {
                let (strip, block) = (cell / blocks, cell % blocks)
                let rows = x.rows * block / blocks..<x.rows * (block + 1) / blocks
                dk_one_hot_product(
                    rows.count, x.groups, x.classes, y.columns, strip * 64, min((strip + 1) * 64, y.columns),
                    x.index + rows.lowerBound * x.groups, w, accumulate ? 1 : 0, out + rows.lowerBound * y.columns)
            }
        }
        if y.isTracked { record(OneHotProductOperation(x: x, weight: weight, y: y, trains: trains(weight))) }
    }

    /// y += b for every row, b [1, out].
    public func add(_ bias: Parameter, to y: Variable) {
        let (b, out, columns) = (bias.value.data, y.value.data, y.columns)
        run(y.rows, grain: max(1, 20_000 / columns)) { _, lo, hi in
            dk_add_rows(hi - lo, columns, b, out + lo * columns)
        }
        if y.isTracked && trains(bias) { record(BiasOperation(bias: bias, y: y)) }
    }

    /// dx (+)= dy Wᵀ, with dy [rows, out] and dx [rows, in].
    fileprivate func multiplyBack(
        _ dy: UnsafeMutablePointer<Float>, _ weight: Parameter, rows: Int, into dx: UnsafeMutablePointer<Float>,
        accumulate: Bool
    ) {
        count(rows, weight)
        compute {
            pool.multiply(
                rows, weight.rows, weight.columns, Operand(dy, stride: weight.columns),
                Operand(weight.value.data, stride: weight.columns, transposed: true), beta: accumulate ? 1 : 0, dx,
                stride: weight.rows)
        }
    }

    // MARK: Work

    /// A dense product of `rows` rows with a weight, or with its transpose, or for its gradient.
    fileprivate func count(_ rows: Int, _ weight: Parameter) {
        let multiplyAdds = rows * weight.rows * weight.columns
        work.add(multiplyAdds: multiplyAdds, operations: 2 * multiplyAdds)
    }

    /// The same with one-hot rows that are looked up, or added to the rows of a gradient.
    fileprivate func count(_ x: OneHot, _ weight: Parameter) {
        work.add(
            multiplyAdds: x.rows * weight.rows * weight.columns, operations: x.rows * x.groups * weight.columns)
    }

    // MARK: Weight gradients

    fileprivate func gather(_ product: PendingProduct) {
        for index in pending.indices.reversed().prefix(64) where pending[index].absorb(product) { return }
        pending.append(product)
    }

    /// Adds the gathered weight gradients: dW += xᵀ dy.
    func flushPendingProducts() {
        defer { pending.removeAll(keepingCapacity: true) }
        guard computes else { return }
        for product in pending {
            switch product.input {
            case .dense(let x):
                pool.multiply(
                    product.inputs, product.outputs, product.rows,
                    Operand(x, stride: product.inputs, transposed: true),
                    Operand(product.output, stride: product.outputs), beta: 1, product.target, stride: product.outputs)
            case .oneHot(let index, let groups, let classes):
                let strips = (product.outputs + 31) / 32
                let worthwhile = product.rows * groups * product.outputs > 100_000
                run(strips, grain: worthwhile ? 1 : strips) { _, lo, hi in
                    dk_one_hot_weight_gradient(
                        product.rows, groups, classes, product.outputs, lo * 32, min(hi * 32, product.outputs), index,
                        product.output, product.target)
                }
            case .ones:
                let outputs = product.outputs
                reduce(product.rows, grain: rowGrain(outputs), width: outputs, into: product.target) {
                    partial, lo, hi in
                    dk_sum_rows(hi - lo, outputs, product.output + lo * outputs, partial)
                }
            }
        }
    }
}

private struct ProductOperation: Operation {
    let x: Variable
    let weight: Parameter
    let y: Variable
    let trains: Bool

    /// dx += dy Wᵀ, dW += xᵀ dy.
    func backward(on tape: Tape) {
        guard let output = tape.incoming(y) else { return }
        if let input = tape.sink(x) {
            tape.multiplyBack(output, weight, rows: x.rows, into: input.data, accumulate: input.accumulate)
        }
        guard trains else { return }
        tape.count(x.rows, weight)
        tape.gather(
            PendingProduct(
                input: .dense(x.value.data), output: output, rows: x.rows, inputs: weight.rows,
                outputs: weight.columns, target: weight.gradient.data))
    }
}

private struct OneHotProductOperation: Operation {
    let x: OneHot
    let weight: Parameter
    let y: Variable
    let trains: Bool

    func backward(on tape: Tape) {
        guard let output = tape.incoming(y) else { return }
        if let input = tape.gradient(slot: x.slot, offset: x.offset) {
            tape.multiplyBack(output, weight, rows: x.rows, into: input, accumulate: true)
        }
        guard trains else { return }
        tape.count(x, weight)
        tape.gather(
            PendingProduct(
                input: .oneHot(x.index, groups: x.groups, classes: x.classes), output: output, rows: x.rows,
                inputs: weight.rows, outputs: weight.columns, target: weight.gradient.data))
    }
}

private struct BiasOperation: Operation {
    let bias: Parameter
    let y: Variable

    func backward(on tape: Tape) {
        guard let output = tape.incoming(y) else { return }
        tape.gather(
            PendingProduct(
                input: .ones, output: output, rows: y.rows, inputs: 1, outputs: y.columns,
                target: bias.gradient.data))
    }
}
