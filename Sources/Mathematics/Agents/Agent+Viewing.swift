import AgentChoice
import Networks
import Tensors
import WorldModels

extension Agent {
    /// How the states of a sequence come about.
    package enum Viewing: Sendable, Equatable {
        /// Each from its observation.
        case observed
        /// After so many observations from the prior alone, with the actions that were taken.
        case openLoop(context: Int)
        /// The same with the actions of the policy.
        case imagined(context: Int)

        var context: Int? {
            switch self {
            case .observed: nil
            case .openLoop(let context), .imagined(let context): context
            }
        }
    }

    /// What a world model shows of a batch, row t · batch + b.
    package struct Viewed: Sendable {
        /// Decoded images, as bytes.
        package var images: [[UInt8]]
        /// Predicted rewards.
        package var rewards: [Float]
    }

    /// Looks at a batch as the world model sees it; nil where the agent has no decoder of images. Nothing that is trained
    /// changes, nor any random stream of training.
    /// - Parameter batch: made by `makeBatch`, or elsewhere after `beginStep`.
    package func view(_ batch: SequenceBatchInput, _ viewing: Viewing, seed: UInt64) -> Viewed? {
        tape.pool.withItsKernels {
            var random = RandomStream(seed: seed, purpose: "pictures")
            let states = states(batch, viewing, &random)
            guard let images = model.images(of: states, on: tape) else { return nil }
            let rewards = tape.scalar(model.reward(states, on: tape), limit: configuration.binLimit)
            return Viewed(
                images: (0..<batch.rows).map { images.slice($0..<$0 + 1).pixels }, rewards: rewards.value.array)
        }
    }

    private func states(
        _ batch: SequenceBatchInput, _ viewing: Viewing, _ random: inout RandomStream
    ) -> LatentState {
        let c = configuration
        let (noiseZ, noiseD) = noise(batch.rows, &random)
        let observed = model.observe(batch, noiseZ: noiseZ, noiseD: noiseD, on: tape)
        guard let context = viewing.context, context < batch.length else { return observed }
        precondition(context > 0, "nothing can be predicted after no observation")
        let states = tape.latentState(batch.rows, c)
        let seen = 0..<context * batch.batch
        states.slice(seen).copy(from: observed.slice(seen))
        let taken = model.limitedActions(batch, on: tape)
        for step in context..<batch.length {
            let now = step * batch.batch..<(step + 1) * batch.batch
            let before = states.slice(now.lowerBound - batch.batch..<now.lowerBound)
            let mark = tape.arena.mark
            let action = viewing == .imagined(context: context) ? chosen(before, &random) : taken.slice(now)
            let (noiseZ, noiseD) = noise(batch.batch, &random)
            let next = model.representation.sequence.imagine(
                before, action: .constant(action), noiseZ: noiseZ, noiseD: noiseD, on: tape)
            states.slice(now).copy(from: next)
            tape.arena.rewind(to: mark)
        }
        return states
    }

    /// Actions of the policy [rows, actions], limited to [−1, 1].
    private func chosen(_ states: LatentState, _ random: inout RandomStream) -> Tensor {
        let noise = tape.tensor(states.rows, configuration.policyNoise)
        if configuration.discrete { random.fillUniform(noise) } else { random.fillNormal(noise) }
        let policy = behavior.actor.buffers(states.rows, tracked: false, on: tape)
        behavior.actor.act(states, noise: noise, into: policy, on: tape)
        let limited = tape.tensor(states.rows, configuration.actions)
        tape.limited(policy.vectors(on: tape), into: .constant(limited))
        return limited
    }

    private func noise(_ rows: Int, _ random: inout RandomStream) -> (z: Tensor, d: Tensor?) {
        let c = configuration
        let z = tape.tensor(rows, c.stochastic)
        random.fillUniform(z)
        let d = c.modulation ? tape.tensor(rows, c.modulationStochastic) : nil
        if let d { random.fillUniform(d) }
        return (z, d)
    }
}

extension Tensor {
    /// Values in [0, 1] as bytes; what is beyond is cut off.
    fileprivate var pixels: [UInt8] { array.map { UInt8((255 * min(max($0, 0), 1)).rounded()) } }
}
