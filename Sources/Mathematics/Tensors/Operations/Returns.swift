extension Tape {
    /// λ-returns [time, n]: Rₜ = rₜ₊₁ + γ cₜ₊₁ ((1 − λ) vₜ₊₁ + λ Rₜ₊₁), R at the end = v.
    ///
    /// With `first` they are those of replayed steps: where `first`ₜ₊₁ is set, or at the last t, the return is cut, and
    /// Rₜ = cₜ vₜ: the value of where a time limit or the sequence ended, nothing after a true end. Nothing leaks from
    /// one episode into the one stored after it.
    /// - Parameters: reward, continuation, value: [time · n, 1], time-major; first: [time · n] or nil.
    public func lambdaReturn(
        reward: Variable, continuation: Variable, value: Variable, first: Bytes? = nil, count n: Int, gamma: Float,
        lambda: Float
    ) -> Variable {
        precondition(
            reward.rows == value.rows && continuation.rows == value.rows && value.rows % n == 0,
            "\(reward.rows) rewards, \(continuation.rows) continuations, \(value.rows) values")
        let returns = variable(
            value.rows, 1, tracked: reward.isTracked || continuation.isTracked || value.isTracked)
        let (r, c, v, out) = (reward.value.data, continuation.value.data, value.value.data, returns.value.data)
        compute {
            for index in (0..<value.rows).reversed() {
                let next = index + n
                if next >= value.rows || (first.map { $0[next] != 0 } ?? false) {
                    out[index] = first == nil ? v[index] : c[index] * v[index]
                } else {
                    out[index] = r[next] + gamma * c[next] * ((1 - lambda) * v[next] + lambda * out[next])
                }
            }
        }
        if returns.isTracked {
            precondition(first == nil, "returns across stored episodes are targets, without a gradient")
            record(
                ReturnOperation(
                    reward: reward, continuation: continuation, value: value, returns: returns, n: n, gamma: gamma,
                    lambda: lambda))
        }
        return returns
    }

    /// Products of discounts [time · n, 1] up to each step, cumprod(γ c) / γ: the first step's is c itself.
    /// - Parameter continuation: [time · n, 1], time-major, no gradient.
    public func cumulativeDiscount(_ continuation: Tensor, count n: Int, gamma: Float) -> Tensor {
        precondition(continuation.count % n == 0, "\(continuation.count) continuations of \(n) sequences")
        let discount = tensor(continuation.count)
        let (c, out) = (continuation.data, discount.data)
        compute {
            for index in 0..<discount.count { out[index] = (index < n ? 1 : gamma * out[index - n]) * c[index] }
        }
        return discount
    }
}

private struct ReturnOperation: Operation {
    let reward: Variable
    let continuation: Variable
    let value: Variable
    let returns: Variable
    let n: Int
    let gamma: Float
    let lambda: Float

    func backward(on tape: Tape) {
        // The gradient of Rₜ₊₁ is complete when Rₜ has been visited, so the earliest comes first.
        guard let output = tape.incoming(returns) else { return }
        let (dr, dc, dv) = (tape.gradient(reward), tape.gradient(continuation), tape.gradient(value))
        let (c, v, out) = (continuation.value.data, value.value.data, returns.value.data)
        tape.compute {
            for index in 0..<returns.rows {
                let next = index + n
                let d = output[index]
                if next >= returns.rows {
                    dv?[index] += d
                } else {
                    dr?[next] += d
                    dc?[next] += d * gamma * ((1 - lambda) * v[next] + lambda * out[next])
                    dv?[next] += d * gamma * c[next] * (1 - lambda)
                    output[next] += d * gamma * c[next] * lambda
                }
            }
        }
    }
}
