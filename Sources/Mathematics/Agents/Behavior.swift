import AgentChoice
import Networks
import Tensors
import WorldModels

/// Actor and critic, trained in imagination.
struct Behavior {
    private let model: WorldModel
    private let actor: Actor
    private let critic: MultilayerPerceptron
    private let slowCritic: MultilayerPerceptron
    private let configuration: AgentConfiguration

    init(_ store: ParameterStore, model: WorldModel, _ c: AgentConfiguration) {
        self.model = model
        configuration = c
        actor = Actor(store, c)
        critic = MultilayerPerceptron(store, "critic", layers: c.layers, epsilon: c.normEpsilon)
        slowCritic = MultilayerPerceptron(store, "slow_critic", layers: c.layers, epsilon: c.normEpsilon)
    }

    struct Losses {
        var actor: Float = 0
        var critic: Float = 0
        var meanReturn: Float = 0
        var entropy: Float = 0
        var imaginedReward: Float = 0
    }

    /// States s₀ … s_H and the policy at each, rows step · starts + start.
    struct Imagined {
        var states: LatentState
        var policy: Actor.Distribution
    }

    /// Imagines from every start and computes both losses on the tape.
    /// - Parameters:
    ///   - starts: posterior states, gradients stopped.
    ///   - terminal: whether each start ended its episode.
    ///   - range: the moving percentiles of returns, updated.
    func losses(
        starts: LatentState, terminal: Bytes, noise: StepNoise, range: inout ReturnRange, on tape: Tape
    ) -> Losses {
        let c = configuration
        let n = starts.rows
        let imagined = tape.measuring(.imagination) { imagine(starts, noise, on: tape) }
        // With continuous actions the actor learns through the dynamics, with discrete ones nothing flows back.
        let states = c.discrete ? imagined.states.detached : imagined.states
        let reward = tape.scalar(model.reward(states, on: tape), limit: c.binLimit)
        let continuation = continuations(states, terminal, on: tape)
        // With discrete actions no gradient of the value flows into the states, so that what is computed for the returns
        // serves the critic's own loss.
        let logits = c.discrete ? tape.training(.critic) { critic(states, on: tape) } : critic(states, on: tape)
        let value = tape.scalar(c.discrete ? logits.detached : logits, limit: c.binLimit)
        let returns = tape.lambdaReturn(
            reward: reward, continuation: continuation, value: value, count: n, gamma: c.gamma, lambda: c.lambda)
        let count = c.horizon * n
        let weights = weights(continuation.value, starts: n, on: tape)
        let sample = tape.tensor(count)
        sample.copy(from: returns.value.slice(0..<count))
        range.update(reordering: sample)

        var losses = Losses()
        losses.meanReturn = returns.value.slice(0..<count).mean
        losses.imaginedReward = reward.value.slice(n..<count + n).mean
        (losses.actor, losses.entropy) = actorLoss(
            imagined, returns: returns, value: value, weights: weights, scale: range.scale, on: tape)
        let valued = imagined.states.slice(0..<count).detached
        losses.critic = criticLoss(
            c.discrete ? logits.slice(0..<count) : tape.training(.critic) { critic(valued, on: tape) }, at: valued,
            returns: returns.value.slice(0..<count), weights: weights, on: tape)
        return losses
    }

    // MARK: Imagination

    private func imagine(_ starts: LatentState, _ noise: StepNoise, on tape: Tape) -> Imagined {
        configuration.discrete
            ? imagineDiscrete(starts, noise, on: tape) : imagineContinuous(starts, noise, on: tape)
    }

    /// No gradient flows through the dynamics, so what a step computes on the way to the next state is given back.
    private func imagineDiscrete(_ starts: LatentState, _ noise: StepNoise, on tape: Tape) -> Imagined {
        let c = configuration
        let n = starts.rows
        let states = tape.latentState((c.horizon + 1) * n, c)
        states.slice(0..<n).copy(from: starts)
        let policy = actor.buffers((c.horizon + 1) * n, on: tape)
        for step in 0...c.horizon {
            let now = step * n..<(step + 1) * n
            let choice = policy.slice(now)
            tape.training(.actor) {
                actor.act(states.slice(now), noise: noise.policy.slice(now), into: choice, on: tape)
            }
            guard step < c.horizon else { break }
            let mark = tape.arena.mark
            let next = model.representation.sequence.imagine(
                states.slice(now), action: .constant(choice.vectors(on: tape).value),
                noiseZ: noise.imaginedZ.slice(now),
                noiseD: noise.imaginedD?.slice(now), on: tape)
            states.slice(now.upperBound..<now.upperBound + n).copy(from: next)
            tape.arena.rewind(to: mark)
        }
        return Imagined(states: states, policy: policy)
    }

    private func imagineContinuous(_ starts: LatentState, _ noise: StepNoise, on tape: Tape) -> Imagined {
        let c = configuration
        let n = starts.rows
        let all = tape.latentState((c.horizon + 1) * n, c, tracked: true)
        let policy = actor.buffers((c.horizon + 1) * n, on: tape)
        tape.join(starts, into: all.slice(0..<n))
        for step in 0...c.horizon {
            let now = step * n..<(step + 1) * n
            let state = all.slice(now)
            let choice = policy.slice(now)
            tape.training(.actor) {
                actor.act(state.detached, noise: noise.policy.slice(now), into: choice, on: tape)
            }
            guard step < c.horizon else { break }
            let limited = tape.variable(n, c.actions, tracked: true)
            tape.limited(choice.vectors(on: tape), into: limited)
            let next = model.representation.sequence.imagine(
                state, action: limited, noiseZ: noise.imaginedZ.slice(now), noiseD: noise.imaginedD?.slice(now),
                on: tape)
            tape.join(next, into: all.slice(now.upperBound..<now.upperBound + n))
        }
        return Imagined(states: all, policy: policy)
    }

    // MARK: Losses

    /// Probabilities of going on [(horizon + 1) · starts]; that of the start is the true one.
    private func continuations(_ states: LatentState, _ terminal: Bytes, on tape: Tape) -> Variable {
        let predicted = tape.sigmoid(model.continuation(states, on: tape))
        let n = terminal.count
        for row in 0..<n { predicted.value[row] = terminal[row] == 0 ? 1 : 0 }
        // A true continuation is no function of the state: the sigmoid's slope is zero at 0 and 1.
        return predicted
    }

    /// The product of discounts up to each step, cumprod(γ c) / γ [horizon · starts].
    private func weights(_ continuation: Tensor, starts n: Int, on tape: Tape) -> Tensor {
        let weights = tape.tensor(configuration.horizon * n)
        for row in 0..<weights.rows {
            let before = row < n ? 1 : configuration.gamma * weights[row - n]
            weights[row] = before * continuation[row]
        }
        return weights
    }

    /// −E[w (objective + η H)]: the scaled advantage's REINFORCE (discrete), or the advantage itself (continuous).
    private func actorLoss(
        _ imagined: Imagined, returns: Variable, value: Variable, weights: Tensor, scale: Float, on tape: Tape
    ) -> (loss: Float, entropy: Float) {
        let c = configuration
        let count = weights.rows
        let coefficients = tape.tensor(count)
        let advantage = tape.tensor(count)
        for row in 0..<count {
            coefficients[row] = weights[row] / Float(count)
            advantage[row] = (returns.value[row] - value.value[row]) / scale
        }
        var sum = 0.0
        let entropy: Tensor
        switch imagined.policy {
        case .categorical(let p, let chosen):
            let loss: Tensor
            (loss, entropy) = tape.policyLoss(
                p.slice(0..<count), chosen: chosen.slice(0..<count), advantage: advantage, entropyScale: c.entropy,
                coefficients: coefficients)
            for row in 0..<count { sum += Double(coefficients[row] * loss[row]) }
        case .normal(let policy, _):
            let entropyCoefficients = tape.tensor(count)
            let (up, down) = (tape.tensor(count), tape.tensor(count))
            for row in 0..<count {
                entropyCoefficients[row] = c.entropy * coefficients[row]
                up[row] = -coefficients[row] / scale
                down[row] = coefficients[row] / scale
            }
            tape.seed(returns.slice(0..<count), coefficients: up)
            tape.seed(value.slice(0..<count), coefficients: down)
            entropy = tape.entropyBonus(policy.slice(0..<count), coefficients: entropyCoefficients)
            for row in 0..<count { sum -= Double(coefficients[row] * (advantage[row] + c.entropy * entropy[row])) }
        }
        return (Float(sum), entropy.mean)
    }

    /// Cross entropy with the returns, and with the slow critic's values.
    private func criticLoss(
        _ logits: Variable, at states: LatentState, returns: Tensor, weights: Tensor, on tape: Tape
    ) -> Float {
        let c = configuration
        let coefficients = tape.tensor(weights.rows)
        for row in 0..<weights.rows { coefficients[row] = weights[row] / Float(weights.rows) }
        let slow = tape.scalar(slowCritic(states, on: tape), limit: c.binLimit)
        let first = tape.twoHotLoss(logits, target: returns, limit: c.binLimit, coefficients: coefficients)
        let second = tape.twoHotLoss(logits, target: slow.value, limit: c.binLimit, coefficients: coefficients)
        var sum = 0.0
        for row in 0..<weights.rows { sum += Double(coefficients[row] * (first[row] + second[row])) }
        return Float(sum)
    }

    // MARK: Parameters

    static func specifications(_ c: AgentConfiguration) -> [ParameterSpecification] {
        func critic(_ name: String, _ group: ParameterGroup) -> [ParameterSpecification] {
            MultilayerPerceptron.specifications(
                name, inputs: c.features, hidden: c.hidden, layers: c.layers, outputs: c.bins, zero: true, group: group)
        }
        return Actor.specifications(c) + critic("critic", .critic) + critic("slow_critic", .slow)
    }
}
