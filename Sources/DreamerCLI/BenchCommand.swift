import Agents
import ArgumentParser
import Benchmarks
import Foundation
import Settings
import Tensors

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure this machine.", subcommands: [BenchTrainStepCommand.self])
}

struct BenchTrainStepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "train-step", abstract: "Time training steps.")

    @Option(help: "Agent.")
    var agent = "dymodreamer"
    @Option(help: "Size of the networks.")
    var size = "S"
    @Option(help: "Sequences in a batch.")
    var batch = 16
    @Option(help: "Steps in a sequence.")
    var length = 64
    @Option(help: "Timed steps.")
    var steps = 5
    @Option(help: "Compute threads.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    func run() throws {
        var layers = ConfigurationLayers()
        layers.size = size
        layers.overrides = ["agent.agent=\(agent)", "agent.batch=\(batch)", "agent.length=\(length)"]
        let configuration = try layers.resolve()
        let peak = MatrixPeak.measure(threads: threads)
        print(MatrixLibrary.description, "peak", peak)
        var benchmark = StepBenchmark(configuration.agent, batch: batch, length: length, threads: threads)
        _ = benchmark.step()
        for _ in 0..<steps {
            let timing = benchmark.step()
            print(String(format: "%.3f s:", timing.seconds), terminator: " ")
            for part in StepPart.allCases {
                print(part.name, String(format: "%.3f", timing.parts[part.rawValue]), terminator: "  ")
            }
            print("")
        }
    }
}
