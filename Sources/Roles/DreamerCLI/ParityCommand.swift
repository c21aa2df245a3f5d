import Agents
import ArgumentParser
import Foundation
import Inspection
import Networks

struct ParityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parity",
        abstract: "Compute one training step on given parameters, batch and noise, and write all that comes out.")

    @Argument(help: "Directory with config.json, params.safetensors and batch.safetensors.")
    var directory: String

    @Option(help: "File for losses, statistics, gradients, parameters and state after the step.")
    var output: String

    @Option(help: "Compute threads.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    func run() throws {
        try Parity.run(URL(fileURLWithPath: directory), threads: max(1, threads)).write(
            to: URL(fileURLWithPath: output))
    }
}
