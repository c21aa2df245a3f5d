import AgentChoice
import Measurements
import Networks
import Tensors
import WorldModels

/// Actor and critic, trained in imagination.
struct Behavior {
    private let model: WorldModel
    let actor: Actor
    /// Two-hot logits [rows, bins] of the return at s [rows, features], and the slow copy that follows it.
    private let critic: MultilayerPerceptron
    private let slowCritic: MultilayerPerceptron
    private let configuration: AgentConfiguration

    init(_ scope: ParameterScope, model: WorldModel, _ c: AgentConfiguration) {
        self.model = model
        configuration = c
        actor = Actor(scope, c)
        let layers = c.criticLayers > 0 ? c.criticLayers : c.layers
        critic = MultilayerPerceptron(scope["critic", .critic], layers: layers, outputs: c.bins, zero: true, c)
        slowCritic = MultilayerPerceptron(
            scope["slow_critic", .slow], layers: layers, outputs: c.bins, zero: true, c)
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
    ) -> TrainingMetrics {
        let c = configuration
        let n = starts.rows
        let imagined = tape.measuring(.imagination) { imagine(starts, noise, on: tape) }
        // With continuous actions the actor learns through the dynamics, with discrete ones nothing flows back.
        let states = c.discrete ? imagined.states.detached : imagined.states
        let reward = tape.measuring(.imagination) {
            tape.scalar(model.reward(states, on: tape), limit: c.binLimit)
        }
        let continuation = tape.measuring(.imagination) { continuations(states, terminal, on: tape) }
        let logits = returnLogits(states, learningFrom: c.horizon * n, on: tape)
        let value = tape.scalar(c.discrete ? logits.detached : logits, limit: c.binLimit)
        let returns = tape.lambdaReturn(
            reward: reward, continuation: continuation, value: value, count: n, gamma: c.gamma, lambda: c.lambda)
        let count = c.horizon * n
        let weights = tape.cumulativeDiscount(continuation.value.slice(0..<count), count: n, gamma: c.gamma)
        let sample = tape.tensor(count)
        tape.compute { sample.copy(from: returns.value.slice(0..<count)) }
        let samples = sampleOfAll(sample, on: tape)
        tape.compute { range.update(reordering: samples) }

        var metrics = TrainingMetrics()
        metrics[.imaginedReturn] = tape.read { returns.value.slice(0..<count).mean }
        metrics[.imaginedReward] = tape.read { reward.value.slice(n..<count + n).mean }
        (metrics[.actorLoss], metrics[.entropy]) = actorLoss(
            imagined, returns: returns, value: value, weights: weights, scale: c.scaleAdvantage ? range.scale : 1,
            on: tape)
        let valued = imagined.states.slice(0..<count).detached
        metrics[.criticLoss] = criticLoss(
            c.discrete ? logits.slice(0..<count) : tape.training(.critic) { criticLogits(valued, on: tape) },
            at: valued, returns: returns.value.slice(0..<count), weights: weights, on: tape)
        return metrics
    }

    private func criticLogits(_ states: LatentState, on tape: Tape) -> Variable {
        tape.measuring(.critic) { critic(states, on: tape) }
    }

    /// The critic's logits at all states, for the returns. With discrete actions no gradient of the value flows into the
    /// states, so that they serve the critic's own loss at the first `count` rows, too.
    private func returnLogits(_ states: LatentState, learningFrom count: Int, on tape: Tape) -> Variable {
        guard configuration.discrete else { return criticLogits(states, on: tape) }
        return tape.sharing(states.rows, insteadOf: states.rows + count, backward: count) {
            tape.training(.critic) { criticLogits(states, on: tape) }
        }
    }

    /// The returns that all learners of a group have imagined: percentiles are those of the whole batch.
    private func sampleOfAll(_ sample: Tensor, on tape: Tape) -> Tensor {
        guard let group = tape.group else { return sample }
        let all = tape.tensor(group.sharing * sample.rows)
        tape.measuring(.exchange) { group.gather(sample, into: all) }
        return all
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
        tape.compute { states.slice(0..<n).copy(from: starts) }
        let policy = actor.buffers((c.horizon + 1) * n, on: tape)
        for step in 0...c.horizon {
            let now = step * n..<(step + 1) * n
            let choice = policy.slice(now)
            // The action after the last state is drawn, but nothing is learnt from it.
            tape.training(step < c.horizon ? .actor : []) {
                actor.act(states.slice(now), noise: noise.policy.slice(now), into: choice, on: tape)
            }
            guard step < c.horizon else { break }
            let mark = tape.arena.mark
            let next = model.representation.sequence.imagine(
                states.slice(now), action: .constant(choice.vectors(on: tape).value),
                noiseZ: noise.imaginedZ.slice(now),
                noiseD: noise.imaginedD?.slice(now), on: tape)
            tape.compute { states.slice(now.upperBound..<now.upperBound + n).copy(from: next) }
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
            tape.training(step < c.horizon ? .actor : []) {
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
        let going = tape.complement(terminal)
        tape.compute { predicted.value.slice(0..<terminal.count).copy(from: going) }
        // A true continuation is no function of the state: the sigmoid's slope is zero at 0 and 1.
        return predicted
    }

    /// −E[w (objective + η H)]: the scaled advantage's REINFORCE (discrete), or the advantage itself (continuous). Without
    /// `weightEntropy` the bonus η H has no weight w.
    private func actorLoss(
        _ imagined: Imagined, returns: Variable, value: Variable, weights: Tensor, scale: Float, on tape: Tape
    ) -> (loss: Float, entropy: Float) {
        let c = configuration
        let count = weights.rows
        let coefficients = tape.divided(weights, by: Float(count))
        let bonus =
            c.weightEntropy ? tape.scaled(coefficients, by: c.entropy) : tape.filled(count, c.entropy / Float(count))
        let advantage = tape.divided(
            tape.difference(returns.value.slice(0..<count), value.value.slice(0..<count)), by: scale)
        switch imagined.policy {
        case .categorical(let p, let chosen):
            let (loss, entropy) = tape.policyLoss(
                p.slice(0..<count), chosen: chosen.slice(0..<count), advantage: advantage, coefficients: coefficients,
                bonus: bonus)
            return (tape.read { coefficients.dot(loss) - bonus.dot(entropy) }, tape.read { entropy.mean })
        case .normal(let policy, _):
            tape.seed(returns.slice(0..<count), coefficients: tape.divided(coefficients, by: -scale))
            tape.seed(value.slice(0..<count), coefficients: tape.divided(coefficients, by: scale))
            let entropy = tape.entropyBonus(policy.slice(0..<count), coefficients: bonus)
            return (tape.read { -coefficients.dot(advantage) - bonus.dot(entropy) }, tape.read { entropy.mean })
        }
    }

    /// Cross entropy with the returns, and with the slow critic's values.
    private func criticLoss(
        _ logits: Variable, at states: LatentState, returns: Tensor, weights: Tensor, on tape: Tape
    ) -> Float {
        let c = configuration
        let coefficients = tape.divided(weights, by: Float(weights.rows))
        let slow = tape.scalar(tape.measuring(.critic) { slowCritic(states, on: tape) }, limit: c.binLimit)
        let first = tape.twoHotLoss(logits, target: returns, limit: c.binLimit, coefficients: coefficients)
        let second = tape.twoHotLoss(logits, target: slow.value, limit: c.binLimit, coefficients: coefficients)
        let both = tape.sum(first, second)
        return tape.read { coefficients.dot(both) }
    }
}
