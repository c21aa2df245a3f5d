import AgentChoice
import ArgumentParser
import Benchmarks
import Diagnostics
import Foundation
import Settings
import Tensors
import Threads

/// Measurements of this machine.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract:
            "Measure this machine: training and acting steps, playing, costs by image size, more threads; check ratios.",
        subcommands: [
            BenchTrainStep.self, BenchActorStep.self, BenchPlay.self, BenchTable.self, BenchScaling.self,
            BenchCompare.self, BenchCheck.self,
        ])
}

/// Which agent is measured.
struct BenchAgent: ParsableArguments {
    @Option(help: "Size of the networks: \(Sizes.all.map(\.name).joined(separator: ", ")).")
    var size = "S"

    @Option(parsing: .unconditional, help: "Sequences in a batch.")
    var batch = 16

    @Option(parsing: .unconditional, help: "Steps of a sequence.")
    var length = 64

    @Option(name: .customLong("set"), help: "One setting of the agent, agent.key=value; may be given several times.")
    var overrides: [String] = []

    /// - Parameter settings: more, as `--set` would write them.
    func resolve(_ agent: String, _ settings: [String] = []) throws(UserError) -> AgentConfiguration {
        try BenchCommand.configuration(agent, size: size, batch: batch, length: length, settings + overrides)
    }
}

extension BenchCommand {
    /// - Parameter settings: more, as `--set` would write them.
    static func configuration(
        _ agent: String, size: String, batch: Int, length: Int, _ settings: [String] = []
    ) throws(UserError) -> AgentConfiguration {
        var layers = ConfigurationLayers()
        layers.size = size
        layers.overrides = ["agent.agent=\(agent)", "agent.batch=\(batch)", "agent.length=\(length)"] + settings
        return try layers.resolve().agent
    }

    static func validThreads(_ threads: Int?) throws(UserError) -> Int {
        let count = threads ?? Processors.usable
        guard count >= 1 else { throw UserError("--threads must be positive, got \(count)") }
        return count
    }

    static func valid(_ name: String, _ count: Int) throws(UserError) {
        guard count >= 1 else { throw UserError("--\(name) must be positive, got \(count)") }
    }

    /// The middle of an odd number of values, the upper of the two in the middle otherwise.
    static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    /// Largest resident memory of this process so far, in bytes.
    static var peakResidentBytes: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024
    }
}
