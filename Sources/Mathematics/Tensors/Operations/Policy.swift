import CKernels
import Glibc

/// log(2π) / 2.
private let halfLogTau: Float = 0.918_938_533_204_672_8

extension Tape {
    /// The discrete actor's loss [rows, 1], −advantage · log π(a), and the entropy H(π) [rows, 1]; of several groups,
    /// log-probabilities and entropies are summed.
    /// - Parameters:
    ///   - p: action probabilities [rows, columns of the groups].
    ///   - advantage: [rows, 1], no gradient.
    ///   - coefficients: [rows, 1], what each row's loss counts in the total that is differentiated.
    ///   - bonus: [rows, 1], what each row's entropy takes from that total; nil for nothing.
    public func policyLoss(
        _ p: Variable, chosen: ClassChoice, advantage: Tensor, coefficients: Tensor, bonus: Tensor? = nil
    ) -> (loss: Tensor, entropy: Tensor) {
        precondition(
            chosen.rows == p.rows && chosen.groups.columns == p.columns && advantage.count == p.rows
                && coefficients.count == p.rows && bonus.map { $0.count == p.rows } ?? true,
            "choices [\(chosen.rows), \(chosen.groups.columns)] of probabilities [\(p.rows), \(p.columns)]")
        let (loss, entropy) = (tensor(p.rows), tensor(p.rows))
        compute {
            dk_policy_loss_forward(
                p.rows, p.columns, chosen.groups.count, p.value.data, chosen.column, advantage.data, loss.data,
                entropy.data)
        }
        if p.isTracked {
            record(
                PolicyLossOperation(
                    p: p, chosen: chosen, advantage: advantage, coefficients: coefficients, bonus: bonus))
        }
        return (loss, entropy)
    }

    /// Negative log-probability [rows, 1] of chosen classes.
    public func categoricalLoss(_ p: Variable, chosen: ClassChoice, coefficients: Tensor) -> Tensor {
        policyLoss(p, chosen: chosen, advantage: filled(p.rows, 1), coefficients: coefficients).loss
    }

    /// The continuous policy of outputs [rows, 2 · actions]: mean tanh(m), deviation 0.9 σ(s + 2) + 0.1.
    public func normalPolicy(_ output: Variable) -> NormalPolicy {
        let actions = output.columns / 2
        let policy = NormalPolicy(
            mean: variable(output.rows, actions, tracked: output.isTracked),
            deviation: variable(output.rows, actions, tracked: output.isTracked))
        normalPolicy(output, into: policy)
        return policy
    }

    public func normalPolicy(_ output: Variable, into policy: NormalPolicy) {
        let actions = output.columns / 2
        compute {
            for row in 0..<output.rows {
                for action in 0..<actions {
                    let (m, s) = (output.value.data + row * 2 * actions, row * actions + action)
                    policy.mean.value.data[s] = Glibc.tanh(m[action])
                    policy.deviation.value.data[s] = 0.9 / (1 + exp(-(m[actions + action] + 2))) + 0.1
                }
            }
        }
        if policy.mean.isTracked { record(NormalPolicyOperation(output: output, policy: policy)) }
    }

    /// a = mean + deviation · noise, with the gradient of both.
    public func sample(_ policy: NormalPolicy, noise: Tensor, into action: Variable) {
        let (mean, deviation) = (policy.mean.value.data, policy.deviation.value.data)
        compute {
            for index in 0..<action.value.count {
                action.value.data[index] = mean[index] + deviation[index] * noise.data[index]
            }
        }
        if action.isTracked { record(NormalSampleOperation(policy: policy, noise: noise, action: action)) }
    }

    /// Entropy [rows, 1] of a continuous policy; backwards, −coefficient of each row times its gradient.
    public func entropyBonus(_ policy: NormalPolicy, coefficients: Tensor) -> Tensor {
        let entropy = tensor(policy.mean.rows)
        let actions = policy.mean.columns
        compute {
            for row in 0..<entropy.rows {
                var sum: Float = 0
                for index in row * actions..<(row + 1) * actions { sum += log(policy.deviation.value.data[index]) }
                entropy.data[row] = sum + Float(actions) * (0.5 + halfLogTau)
            }
        }
        if policy.deviation.isTracked { record(EntropyOperation(policy: policy, coefficients: coefficients)) }
        return entropy
    }

    /// Negative log-density [rows, 1] of given actions under a continuous policy.
    public func normalLoss(_ policy: NormalPolicy, action: Tensor, coefficients: Tensor) -> Tensor {
        let loss = tensor(action.rows)
        let actions = action.columns
        compute {
            for row in 0..<loss.rows {
                var sum: Float = 0
                for index in row * actions..<(row + 1) * actions {
                    let deviation = policy.deviation.value.data[index]
                    let distance = (action.data[index] - policy.mean.value.data[index]) / deviation
                    sum += distance * distance / 2 + log(deviation) + halfLogTau
                }
                loss.data[row] = sum
            }
        }
        if policy.mean.isTracked {
            record(NormalLossOperation(policy: policy, action: action, coefficients: coefficients))
        }
        return loss
    }

    /// a / max(1, |a|), the divisor without a gradient: how actions enter the sequence model.
    public func limited(_ action: Variable, into limited: Variable) {
        compute {
            for index in 0..<action.value.count {
                let a = action.value.data[index]
                limited.value.data[index] = a / max(1, abs(a))
            }
        }
        if limited.isTracked { record(LimitOperation(action: action, limited: limited)) }
    }

    /// The total Σ coefficient · x as a loss: backwards, each element's coefficient goes to its gradient.
    public func seed(_ x: Variable, coefficients: Tensor) {
        precondition(x.value.count == coefficients.count, "\(x.value.count) values, \(coefficients.count) coefficients")
        record(SeedOperation(x: x, coefficients: coefficients))
    }
}

/// A Normal with independent components: mean and deviation [rows, actions].
public struct NormalPolicy: BitwiseCopyable {
    public let mean: Variable
    public let deviation: Variable

    public init(mean: Variable, deviation: Variable) {
        self.mean = mean
        self.deviation = deviation
    }

    public func slice(_ range: Range<Int>) -> NormalPolicy {
        NormalPolicy(mean: mean.slice(range), deviation: deviation.slice(range))
    }
}

private struct PolicyLossOperation: Operation {
    let p: Variable
    let chosen: ClassChoice
    let advantage: Tensor
    let coefficients: Tensor
    let bonus: Tensor?

    func backward(on tape: Tape) {
        guard let input = tape.gradient(p) else { return }
        tape.compute {
            dk_policy_loss_backward(
                p.rows, p.columns, chosen.groups.count, p.value.data, chosen.column, advantage.data,
                coefficients.data, bonus?.data, input)
        }
    }
}

private struct NormalPolicyOperation: Operation {
    let output: Variable
    let policy: NormalPolicy

    func backward(on tape: Tape) {
        guard let input = tape.gradient(output) else { return }
        let (dmean, ddeviation) = (tape.incoming(policy.mean), tape.incoming(policy.deviation))
        let actions = policy.mean.columns
        tape.compute {
            for row in 0..<output.rows {
                for action in 0..<actions {
                    let (at, index) = (row * 2 * actions + action, row * actions + action)
                    let mean = policy.mean.value.data[index]
                    let sigmoid = (policy.deviation.value.data[index] - 0.1) / 0.9
                    if let dmean { input[at] += dmean[index] * (1 - mean * mean) }
                    if let ddeviation { input[at + actions] += ddeviation[index] * 0.9 * sigmoid * (1 - sigmoid) }
                }
            }
        }
    }
}

private struct NormalSampleOperation: Operation {
    let policy: NormalPolicy
    let noise: Tensor
    let action: Variable

    func backward(on tape: Tape) {
        guard let output = tape.incoming(action) else { return }
        let (dmean, ddeviation) = (tape.gradient(policy.mean), tape.gradient(policy.deviation))
        tape.compute {
            for index in 0..<action.value.count {
                dmean?[index] += output[index]
                ddeviation?[index] += output[index] * noise.data[index]
            }
        }
    }
}

private struct EntropyOperation: Operation {
    let policy: NormalPolicy
    let coefficients: Tensor

    func backward(on tape: Tape) {
        guard let input = tape.gradient(policy.deviation) else { return }
        let actions = policy.mean.columns
        tape.compute {
            for index in 0..<policy.deviation.value.count {
                input[index] -= coefficients.data[index / actions] / policy.deviation.value.data[index]
            }
        }
    }
}

private struct NormalLossOperation: Operation {
    let policy: NormalPolicy
    let action: Tensor
    let coefficients: Tensor

    func backward(on tape: Tape) {
        guard let dmean = tape.gradient(policy.mean), let ddeviation = tape.gradient(policy.deviation) else { return }
        let actions = action.columns
        tape.compute {
            for index in 0..<action.count {
                let deviation = policy.deviation.value.data[index]
                let distance = (action.data[index] - policy.mean.value.data[index]) / deviation
                let coefficient = coefficients.data[index / actions]
                dmean[index] -= coefficient * distance / deviation
                ddeviation[index] += coefficient * (1 - distance * distance) / deviation
            }
        }
    }
}

private struct LimitOperation: Operation {
    let action: Variable
    let limited: Variable

    func backward(on tape: Tape) {
        guard let output = tape.incoming(limited), let input = tape.gradient(action) else { return }
        tape.compute {
            for index in 0..<action.value.count {
                input[index] += output[index] / max(1, abs(action.value.data[index]))
            }
        }
    }
}

private struct SeedOperation: Operation {
    let x: Variable
    let coefficients: Tensor

    func backward(on tape: Tape) {
        guard let input = tape.gradient(x) else { return }
        tape.compute { dk_add(x.value.count, coefficients.data, input) }
    }
}
