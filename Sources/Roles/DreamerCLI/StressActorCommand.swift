import ArgumentParser
import Diagnostics
import Glibc
import Processes
import Runs
import Stress
import Transport

/// One actor process of `dreamer stress`, which starts it.
struct StressActorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stress-actor", abstract: "Send synthetic experience for dreamer stress.", shouldDisplay: false)

    @Option(help: "The learner's HOST:PORT.")
    var connect: String

    @Option(help: "File with the learner's token.")
    var tokenFile: String

    @Option(help: "Name of this process; connections are numbered.")
    var name: String

    @Option(parsing: .unconditional, help: "Number of connections.")
    var connections: Int

    @Option(help: "What the images show.")
    var payload: SyntheticPayload

    @Flag(help: "Compress in advance.")
    var precompressed = false

    @Option(help: "File for a line about each acknowledged trajectory.")
    var receipts: String

    @Flag(help: "Report once a second over each connection.")
    var reports = false

    @Option(help: "Address of a dashboard whose events are read.")
    var readDashboard: String?

    @OptionGroup var process: ProcessOptions

    func run() async throws {
        OpenFiles.allowMany()
        let learner = try Endpoint(connect, option: "--connect")
        let logger = process.logger("stress-actor")
        process.watchInput()
        let actor = StressActor(
            .init(
                client: .init(
                    learner: .at(learner.learner), token: try SecretFile.token(tokenFile), actor: name,
                    hostName: "localhost", outboxBytes: 4 << 20),
                connections: connections, payload: payload, isPrecompressed: precompressed, receipts: receipts,
                reports: reports, dashboard: readDashboard,
                tell: { if let line = try? Output.json($0) { Output.line(line) } }),
            logger: logger)
        try await runService(actor, logger: logger)
    }
}

extension SyntheticPayload: ExpressibleByArgument {}
