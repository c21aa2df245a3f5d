import AgentChoice
import Measurements
import Tensors
import WorldModels

extension Agent {
    /// One training step: world model, actor and critic, then the slow copies. Where a loss or a gradient is not finite
    /// (`TrainingMetrics.isFinite`) the agent stays as it was, to the last bit.
    ///
    /// In a group (`Tape.group`) the step is that of the whole batch, and every learner takes it or leaves it out: decision 0053.
    public func train(_ batch: SequenceBatchInput, noise: StepNoise) -> TrainingMetrics {
        tape.pool.withItsKernels {
            let before = moved()
            var metrics = gradients(batch, noise: noise)
            exchangeWithOthers(&metrics)
            measureNorms(&metrics)
            if metrics.isFinite { apply(metrics) } else { restore(before) }
            return metrics
        }
    }

    /// The world model's losses on a batch that it is not to learn from. Nothing that training goes by changes: neither parameters nor
    /// running statistics, nor any random stream of training.
    package func modelLosses(_ batch: SequenceBatchInput, noise: StepNoise) -> TrainingMetrics {
        tape.pool.withItsKernels {
            let before = moved()
            defer { restore(before) }
            // It leaves gradients, which a training step clears before it makes its own.
            return tape.training([.model, .decoder]) { model.learn(batch, noise: noise, on: tape).metrics }
        }
    }

    // MARK: Gradients

    /// Losses and gradients of all parameters, without a step; the gradients' norms are not measured yet.
    private func gradients(_ batch: SequenceBatchInput, noise: StepNoise) -> TrainingMetrics {
        var metrics = TrainingMetrics()
        optimizing {
            for group in trained { store.zeroGradients(group, pool: tape.pool) }
        }
        let states = tape.training([.model, .decoder]) {
            let result = model.learn(batch, noise: noise, on: tape)
            metrics = result.metrics
            return result.states
        }
        // Behaviour adds nothing to these: most of what is exchanged travels while imagination is computed.
        if let group = tape.group {
            for part in trained where !Self.behaviorGroups.contains(part) {
                group.averageLater(store.gradients(of: part))
            }
        }
        let imagined = tape.measuring(.behavior) {
            behavior.losses(starts: states, terminal: batch.terminal, noise: noise, range: &returnRange, on: tape)
        }
        metrics.merge(imagined)
        tape.backward()
        return metrics
    }

    /// Whose gradients imagination makes.
    private static let behaviorGroups: ParameterGroup = [.actor, .critic]

    private func optimizing(_ body: () -> Void) { tape.measuring(.optimizer) { tape.compute(body) } }

    private func measureNorms(_ metrics: inout TrainingMetrics) {
        optimizing {
            for group in trained { metrics[Self.norm(of: group)] = store.gradientNorm(group, pool: tape.pool) }
        }
    }

    /// What the gradient's norm of `group` is called.
    private static func norm(of group: ParameterGroup) -> TrainingMetric {
        switch group {
        case .model: .modelGradientNorm
        case .decoder: .decoderGradientNorm
        case .actor: .actorGradientNorm
        case .critic: .criticGradientNorm
        default: preconditionFailure("no optimiser steps group \(group.rawValue)")
        }
    }

    // MARK: Exchange

    /// The place where learners of a group meet once more, after batch norms and returns: what a step goes by, and whether it
    /// is taken, is the same at all of them afterwards. What is not finite at one learner is finite at none.
    private func exchangeWithOthers(_ metrics: inout TrainingMetrics) {
        guard let group = tape.group else { return }
        tape.measuring(.exchange) {
            for part in trained where Self.behaviorGroups.contains(part) {
                group.averageLater(store.gradients(of: part))
            }
            group.settle()
            average(&metrics, over: group)
        }
    }

    /// Each number's mean over those learners that have it: some depend on what a share of the batch shows.
    private func average(_ metrics: inout TrainingMetrics, over group: any LearnerGroup) {
        let kinds = TrainingMetric.allCases
        let table = tape.tensor(2, kinds.count)
        table.copy(from: kinds.map { metrics[$0, default: 0] } + kinds.map { metrics[$0] == nil ? 0 : 1 })
        group.average(table)
        let (sums, having) = (table.slice(0..<1).array, table.slice(1..<2).array)
        for (index, kind) in kinds.enumerated() where having[index] > 0 { metrics[kind] = sums[index] / having[index] }
    }

    // MARK: The step

    private func apply(_ metrics: TrainingMetrics) {
        let c = configuration
        let model = AdamSettings(learningRate: c.modelLearningRate, epsilon: c.modelEpsilon, clip: c.modelClip)
        let behavior = AdamSettings(
            learningRate: c.behaviorLearningRate, epsilon: c.behaviorEpsilon, clip: c.behaviorClip)
        optimizing {
            for group in trained {
                let settings = Self.behaviorGroups.contains(group) ? behavior : model
                store.step(group, settings, norm: metrics[Self.norm(of: group), default: 0], pool: tape.pool)
            }
            for pair in slowCritic { pair.target.average(pair.source, decay: c.slowCriticDecay, pool: tape.pool) }
            for pair in slowValue { pair.target.average(pair.source, decay: c.slowValueDecay, pool: tape.pool) }
        }
    }

    // MARK: A step that is left out

    /// What moves while losses are computed.
    private struct Moved {
        let range: ReturnRange
        /// Running statistics of batch norms, where there are any.
        let statistics: Tensor?
    }

    private func moved() -> Moved {
        let copy = store.values(of: .statistics).map { statistics in
            let copy = tape.tensor(statistics.rows, statistics.columns)
            tape.compute { copy.copy(from: statistics) }
            return copy
        }
        return Moved(range: returnRange, statistics: copy)
    }

    private func restore(_ before: Moved) {
        returnRange = before.range
        if let statistics = before.statistics { store.values(of: .statistics)?.copy(from: statistics) }
    }
}
