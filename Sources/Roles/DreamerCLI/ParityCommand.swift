import Agents
import ArgumentParser
import Foundation
import Inspection
import Networks
import Numbers
import Tensors
import Threads

struct ParityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parity",
        abstract: "Compute one training step on given parameters, batch and noise, and write all that comes out.",
        discussion: """
            Examples:
              dreamer parity FIXTURE --output out.safetensors
            """)

    @Argument(help: "Directory with config.json, params.safetensors and batch.safetensors.")
    var directory: String

    @Option(help: "File for losses, statistics, gradients, parameters and state after the step.")
    var output: String

    @Option(parsing: .unconditional, help: "Compute threads.")
    var threads = Processors.usable

    @Option(help: "Precision of the products: float32, or bfloat16 where the processor has AVX512_BF16.")
    var precision = Precision.float32

    func run() throws {
        try precision.requireKernels(for: "--precision")
        let result = try Parity.run(URL(fileURLWithPath: directory), threads: max(1, threads), precision: precision)
        try result.write(to: URL(fileURLWithPath: output))
    }
}
