import AgentChoice
import ArgumentParser
import Benchmarks
import CAllocations
import Settings

/// Counts what a training step asks the heap for. A program of its own: counting replaces `malloc`.
@main
struct AllocationCount: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dreamer-allocations",
        abstract: "Count the heap allocations of a warm training step on the thread that computes it.",
        discussion: "There are none in a program that was built with optimisation (-c release).")

    @Option(help: "Agent, or one of its ablations.")
    var agent = "dymodreamer"

    @Option(help: "Size of the networks: \(Sizes.all.map(\.name).joined(separator: ", ")).")
    var size = "nano"

    @Option(help: "Compute threads.")
    var threads = 2

    func run() throws {
        var layers = ConfigurationLayers()
        layers.size = size
        layers.overrides = ["agent.agent=\(agent)"]
        let benchmark = StepBenchmark(try layers.resolve().agent, threads: threads)
        // The first asks for memory that the others use again.
        let counts = (0..<3).map { _ in benchmark.step(counter: { dk_allocations() }).counted }
        print("\(agent), size \(size): \(counts[2]) heap allocations in a warm step, \(counts[0]) in the first")
    }
}
