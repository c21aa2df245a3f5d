import CKernels
import Glibc

extension Tape {
    /// Cross entropy [rows, 1] of logits [rows, bins] with the two-hot code of symlog(target) on bins over ±limit.
    /// - Parameters:
    ///   - target: [rows, 1], no gradient.
    ///   - coefficients: [rows, 1], what each row's loss counts in the total that is differentiated.
    public func twoHotLoss(_ logits: Variable, target: Tensor, limit: Float, coefficients: Tensor) -> Tensor {
        precondition(target.count == logits.rows && coefficients.count == logits.rows, "\(logits.rows) rows of logits")
        let (loss, normalizer) = (tensor(logits.rows), tensor(logits.rows))
        let bins = logits.columns
        run(logits.rows, grain: rowGrain(bins)) { _, lo, hi in
            dk_two_hot_forward(
                hi - lo, bins, logits.value.data + lo * bins, target.data + lo, limit, loss.data + lo,
                normalizer.data + lo)
        }
        if logits.isTracked {
            record(
                TwoHotOperation(
                    logits: logits, target: target, limit: limit, coefficients: coefficients, normalizer: normalizer))
        }
        return loss
    }

    /// symexp of the mean bin under softmax(logits): the scalar [rows, 1] that two-hot logits [rows, bins] stand for.
    public func scalar(_ logits: Variable, limit: Float) -> Variable {
        let value = variable(logits.rows, 1, tracked: logits.isTracked)
        let bins = logits.columns
        run(logits.rows, grain: rowGrain(bins)) { _, lo, hi in
            dk_bins_mean_forward(hi - lo, bins, logits.value.data + lo * bins, limit, value.value.data + lo)
        }
        if value.isTracked { record(ScalarOperation(logits: logits, value: value, limit: limit)) }
        return value
    }

    /// Binary cross entropy [rows, 1] of logits [rows, 1] with targets in [0, 1].
    public func bernoulliLoss(_ logits: Variable, target: Tensor, coefficient: Float) -> Tensor {
        precondition(
            target.count == logits.rows && logits.columns == 1, "\(logits.rows) logits, \(target.count) targets")
        let loss = tensor(logits.rows)
        compute {
            for row in 0..<logits.rows {
                let l = logits.value.data[row]
                loss.data[row] = max(l, 0) - l * target.data[row] + log1p(exp(-abs(l)))
            }
        }
        if logits.isTracked {
            record(BernoulliOperation(logits: logits, target: target, coefficient: coefficient))
        }
        return loss
    }

    /// σ(x), elementwise.
    public func sigmoid(_ x: Variable) -> Variable {
        let y = variable(x.rows, x.columns, tracked: x.isTracked)
        compute { for index in 0..<x.value.count { y.value.data[index] = 1 / (1 + exp(-x.value.data[index])) } }
        if y.isTracked { record(SigmoidOperation(x: x, y: y)) }
        return y
    }

    /// tanh(x), elementwise.
    public func tanh(_ x: Variable) -> Variable {
        let y = variable(x.rows, x.columns, tracked: x.isTracked)
        compute { for index in 0..<x.value.count { y.value.data[index] = Glibc.tanh(x.value.data[index]) } }
        if y.isTracked { record(TanhOperation(x: x, y: y)) }
        return y
    }

    /// A parameter vector as a value with a gradient.
    public func value(of parameter: Parameter) -> Variable {
        let y = variable(parameter.rows, parameter.columns, tracked: trains(parameter))
        compute { y.value.copy(from: parameter.value) }
        if y.isTracked { record(ParameterOperation(parameter: parameter, y: y)) }
        return y
    }
}

private struct TwoHotOperation: Operation {
    let logits: Variable
    let target: Tensor
    let limit: Float
    let coefficients: Tensor
    let normalizer: Tensor

    func backward(on tape: Tape) {
        guard let input = tape.gradient(logits) else { return }
        let bins = logits.columns
        tape.run(logits.rows, grain: tape.rowGrain(bins)) { _, lo, hi in
            dk_two_hot_backward(
                hi - lo, bins, logits.value.data + lo * bins, target.data + lo, limit, normalizer.data + lo,
                coefficients.data + lo, input + lo * bins)
        }
    }
}

private struct ScalarOperation: Operation {
    let logits: Variable
    let value: Variable
    let limit: Float

    func backward(on tape: Tape) {
        guard let output = tape.incoming(value), let input = tape.gradient(logits) else { return }
        let bins = logits.columns
        tape.run(logits.rows, grain: tape.rowGrain(bins)) { _, lo, hi in
            dk_bins_mean_backward(
                hi - lo, bins, logits.value.data + lo * bins, limit, output + lo, input + lo * bins)
        }
    }
}

private struct BernoulliOperation: Operation {
    let logits: Variable
    let target: Tensor
    let coefficient: Float

    func backward(on tape: Tape) {
        guard let input = tape.gradient(logits) else { return }
        tape.compute {
            for row in 0..<logits.rows {
                input[row] += coefficient * (1 / (1 + exp(-logits.value.data[row])) - target.data[row])
            }
        }
    }
}

private struct SigmoidOperation: Operation {
    let x: Variable
    let y: Variable

    func backward(on tape: Tape) {
        guard let output = tape.incoming(y), let input = tape.gradient(x) else { return }
        tape.compute {
            for index in 0..<y.value.count {
                let s = y.value.data[index]
                input[index] += output[index] * s * (1 - s)
            }
        }
    }
}

private struct TanhOperation: Operation {
    let x: Variable
    let y: Variable

    func backward(on tape: Tape) {
        guard let output = tape.incoming(y), let input = tape.gradient(x) else { return }
        tape.compute {
            for index in 0..<y.value.count {
                let t = y.value.data[index]
                input[index] += output[index] * (1 - t * t)
            }
        }
    }
}

private struct ParameterOperation: Operation {
    let parameter: Parameter
    let y: Variable

    func backward(on tape: Tape) {
        guard let output = tape.incoming(y) else { return }
        tape.compute { dk_add(y.value.count, output, parameter.gradient.data) }
    }
}
