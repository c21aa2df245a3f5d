import AgentChoice
import Agents
import Inspection
import Tensors
import WorldModels

/// Ratios between times of one process, with the least that each may be. Absolute times belong to a machine; these belong
/// to the code, so that a slip shows on any machine.
public enum Regressions {
    public struct Check: Sendable {
        public let name: String
        /// Measured; larger is better.
        public let ratio: Double
        /// Some third below what `docs/performance.md` states: other caches and neighbours' noise may take that much.
        public let least: Double

        public var passes: Bool { ratio >= least }
    }

    /// - Parameter agents: configurations by name; size S with a short batch takes seconds.
    /// - Returns: where the project multiplies itself, a check of that; one for each agent, and for the first of them those
    ///   that compare threads and environments.
    public static func run(
        _ agents: [(name: String, configuration: AgentConfiguration)], threads: Int
    ) throws -> [Check] {
        var checks: [Check] = []
        if MatrixLibrary.multipliesItself {
            let (own, openBLAS) = (
                MatrixPeak.measure(.own, threads: threads), MatrixPeak.measure(.openBLAS, threads: threads)
            )
            checks.append(Check(name: "own matrix products over OpenBLAS's", ratio: own / openBLAS, least: 0.85))
        }
        for (name, configuration) in agents {
            // Measured just before and after, as the machine's clock changes within minutes.
            let before = MatrixPeak.measure(threads: threads)
            let seconds = best(configuration, threads: threads)
            let peak = max(before, MatrixPeak.measure(threads: threads))
            checks.append(
                Check(
                    name: "\(name): dense-equivalent rate over that of large products",
                    ratio: 1e-9 * Double(StepCost(configuration).work.nominal) / seconds / peak, least: 0.7))
            if threads > 1 && name == agents.first?.name {
                checks.append(
                    Check(
                        name: "\(name): \(threads) threads over one", ratio: best(configuration, threads: 1) / seconds,
                        least: 0.6 * Double(threads)))
            }
        }
        if let (name, configuration) = agents.first {
            let one = try ActingBenchmark(configuration, environments: 1).run(steps: 30)
            let sixteen = try ActingBenchmark(configuration, environments: 16).run(steps: 10)
            checks.append(
                Check(
                    name: "\(name): acting for 16 environments at once over one by one", ratio: 16 * one / sixteen,
                    least: 1.2))
        }
        return checks
    }

    /// Seconds of the fastest of some warm steps: what disturbs a step only ever makes it longer.
    private static func best(_ configuration: AgentConfiguration, threads: Int) -> Double {
        let benchmark = StepBenchmark(configuration, threads: threads)
        _ = benchmark.step()
        return (0..<3).map { _ in benchmark.step().seconds }.min()!
    }
}
