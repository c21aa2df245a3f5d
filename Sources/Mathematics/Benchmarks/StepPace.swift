import AgentChoice
import Inspection
public import Numbers
import Tensors
import WorldModels

/// How long steps of an agent take here, measured within about a second: for who wants to know beforehand how long a run will
/// take.
public struct StepPace: Sendable, Equatable {
    /// Seconds of one training step.
    public let training: Double
    /// Seconds of one acting step for one environment.
    public let acting: Double

    /// Seconds of training steps that are made rather than reckoned.
    private static let longest = 1.0
    /// Share of the rate of large products that a training step reaches.
    private static let share = 0.7
    /// Products of a training step for one of its time steps and one environment, over those of acting: forwards, backwards and
    /// imagination.
    private static let workPerAction = 10.0

    /// - Parameters:
    ///   - threads: of the training step; acting has one.
    ///   - precision: of the training step's products.
    ///   - environments: that act together.
    public init(_ agent: AgentConfiguration, threads: Int, precision: Precision, environments: Int) throws {
        let rate = 1e9 * Self.share * MatrixPeak.measure(threads: threads, precision: precision, size: 512, rounds: 3)
        let reckoned = Double(StepCost(agent).work.nominal) / rate
        guard reckoned < Self.longest else {
            // A large agent would take seconds and gigabytes only to be made.
            training = reckoned
            acting = reckoned * Double(threads) / Double(agent.batch * agent.length) / Self.workPerAction
            return
        }
        let benchmark = StepBenchmark(agent, threads: threads, precision: precision)
        // The first one is cold.
        let start = ContinuousClock.now
        var seconds = benchmark.step().seconds
        repeat { seconds = min(seconds, benchmark.step().seconds) } while ContinuousClock.now - start < .seconds(0.5)
        training = seconds
        acting = try ActingBenchmark(agent, environments: environments).run(steps: 5) / Double(environments)
    }
}
