import AgentChoice
import Benchmarks
import CAllocations
import Measurements
import Tensors
import Testing
import WorldModels

@Suite struct StepBenchmarkTests {
    private func small(_ change: (inout AgentConfiguration) -> Void = { _ in }) -> AgentConfiguration {
        var c = AgentConfiguration()
        (c.convolutionDepth, c.deterministic, c.hidden, c.batch, c.length, c.horizon) = (4, 32, 32, 3, 7, 4)
        (c.stochastic, c.classes, c.modulationStochastic, c.modulationClasses, c.bins) = (4, 4, 4, 4, 31)
        change(&c)
        return c
    }

    /// Once an agent is warm, its step asks the heap for nothing.
    @Test(arguments: [1, 2]) func warmStepAllocatesNothing(threads: Int) {
        let configurations = [
            small(),
            small { ($0.modulation, $0.divergence, $0.discrete) = (false, false, false) },
            small {
                ($0.modulation, $0.divergence, $0.reconstruction) = (false, false, .detached)
                ($0.valuePredictor, $0.actionPredictor, $0.representationNorm) = (true, true, .batch)
            },
        ]
        for configuration in configurations {
            let benchmark = StepBenchmark(configuration, threads: threads)
            for _ in 0..<2 { _ = benchmark.step() }
            #expect(benchmark.step(counter: { dk_allocations() }).counted == 0)
        }
    }

    @Test func timesAreChargedToParts() {
        let benchmark = StepBenchmark(small(), threads: 1)
        let timing = benchmark.step()
        #expect(timing.operations > 0)
        for part in [StepPart.encoders, .decoder, .backward, .imagination, .behavior, .optimizer] {
            #expect(timing.parts[part, default: 0] > 0, "\(part.name)")
        }
    }
}
