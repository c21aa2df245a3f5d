import AgentChoice
import Agents
import Measurements
import Tensors
import WorldModels

/// The matrix products of one training step and the memory of its activations, counted by a run of the step itself on a
/// tape that computes nothing.
///
/// A product [rows, in] · [in, out] is 2 · rows · in · out floating-point operations, and as many again for each
/// gradient that is taken through it: of its weight, of its input. Norms, activations, sampling, losses and optimisers
/// are not counted; they are memory traffic.
public struct StepCost: Sendable {
    /// The work of one part of the agent, forwards and backwards, in floating-point operations.
    public struct Part: Sendable, Equatable {
        public let name: String
        public let work: WorkCount
    }

    /// In the order of `StepPart`, those without products left out.
    public let parts: [Part]
    public let work: WorkCount
    /// Bytes that a step needs in its arena at most: images, values, gradients of values.
    public let activationBytes: Int

    /// Counts a step of `configuration.batch` sequences of `configuration.length` steps.
    public init(_ configuration: AgentConfiguration) {
        let agent = Agent(configuration, threads: 1, backing: .reserved)
        let batch = agent.makeBatch(configuration.batch, configuration.length)
        _ = agent.train(batch, noise: agent.makeNoise(rows: batch.rows))
        let ledger = agent.tape.work
        parts = StepPart.allCases.map { Part(name: $0.name, work: ledger[$0]) }.filter { $0.work != WorkCount() }
        work = ledger.total
        activationBytes = agent.tape.arena.peak
    }
}
