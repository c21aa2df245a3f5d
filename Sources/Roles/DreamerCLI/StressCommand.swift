import AgentChoice
import ArgumentParser
import Diagnostics
import Foundation
import Processes
import Settings
import Stress

struct StressCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stress",
        abstract: "Measure a learner's storage and server with synthetic actors, and verify what was stored.",
        discussion: """
            Examples:
              dreamer stress --seconds 20
              dreamer stress --connections 1000 --payload noise --json
            """)

    @Option(parsing: .unconditional, help: "Actor processes.")
    var actors = 8

    @Option(parsing: .unconditional, help: "Connections of all actor processes together; by default one each.")
    var connections: Int?

    @Option(help: "What the images of 64×64×3 show: game, noise or zeros.")
    var payload = SyntheticPayload.game

    @Option(parsing: .unconditional, help: "Seconds of the measurement.")
    var seconds = 60.0

    @Option(
        parsing: .unconditional,
        help: "Trajectories of 64 steps that each connection may have under way: two for each environment.")
    var window = StressPlan().window

    @Flag(help: "Compress trajectories in advance; otherwise each is when it is sent, as actors do.")
    var precompressed = false

    @Flag(help: "Sample batches of 16 × 64 steps beside, and alone afterwards.")
    var sample = false

    @Option(help: "Send the weights of networks of this size to all connections.")
    var weights: String?

    @Option(parsing: .unconditional, help: "Connections besides that are admitted and then read nothing.")
    var stalled = 0

    @Option(
        parsing: .unconditional,
        help: "Steps that the replay keeps, as in a run; by default all. Memory must not grow then.")
    var capacity: Int?

    @Flag(help: "Actors report once a second and the learner publishes measurements, as in a run.")
    var reports = false

    @Flag(help: "With reports, and serve the dashboard to one reader.")
    var dashboard = false

    @Option(help: "Directory for the replay, which stays; by default a temporary one that is removed.")
    var storage: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var process: ProcessOptions

    func run() async throws {
        OpenFiles.allowMany()
        let plan = try makePlan()
        let directory = storage ?? FileManager.default.temporaryDirectory.path + "/dreamer-stress-\(UUID().uuidString)"
        defer { if storage == nil { try? FileManager.default.removeItem(atPath: directory) } }
        let report = try await StressTest(plan, storage: directory, logger: process.logger("stress")).run()
        Output.line(json ? try Output.json(report, readable: true) : report.description)
        guard report.failures.isEmpty else {
            throw UserError("the stress test failed: \(report.failures.joined(separator: "; "))", exitCode: 1)
        }
    }

    private func makePlan() throws(UserError) -> StressPlan {
        var plan = StressPlan()
        plan.actors = actors
        plan.connections = connections ?? actors
        plan.payload = payload
        plan.seconds = seconds
        plan.window = window
        plan.isPrecompressed = precompressed
        plan.samples = sample
        plan.capacity = capacity
        plan.stalled = stalled
        plan.reports = reports || dashboard
        plan.showsDashboard = dashboard
        plan.weights = try weights.map { name throws(UserError) in try Sizes.named(name).name }
        for (option, value, range) in [
            ("--actors", actors, 1...256), ("--connections", plan.connections, actors...1024),
            ("--window", window, 1...1024), ("--stalled", stalled, 0...64),
            ("--capacity", capacity ?? 1000, 1000...(1 << 39)),
        ] {
            guard range.contains(value) else {
                throw UserError("\(option) must be \(range.lowerBound) to \(range.upperBound), got \(value)")
            }
        }
        guard seconds >= 1, seconds <= 86400 else { throw UserError("--seconds must be 1 to 86400, got \(seconds)") }
        return plan
    }
}
