import AgentChoice
import ArgumentParser
import Certificates
import Diagnostics
import Display
import Environments
import Foundation
import LearnerService
import Logging
import Measurements
import Processes
import Runs
import Settings
import Tensors

struct LearnerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "learner", abstract: "Take experience from actors, train, and send them weights.")

    enum Progress: String, ExpressibleByArgument, CaseIterable {
        case auto, json, none
    }

    @Option(help: "Directory of the run; the same command on the same directory resumes.")
    var logdir: String

    @Option(help: "HOST:PORT for actors; port 0 takes any that is free.")
    var listen: String?

    @Option(help: "File with the token that actors must show; by default one is made in LOGDIR/token.")
    var tokenFile: String?

    @Option(help: "Progress: a live display (auto), one JSON object a line (json), or none.")
    var progress = Progress.auto

    @Flag(help: "Listen on other addresses than loopback without encryption: whoever can read there, reads the token.")
    var insecureListen = false

    @OptionGroup var tls: TLSOptions
    @OptionGroup var settings: ConfigurationOptions
    @OptionGroup var process: ProcessOptions

    func run() async throws {
        OpenFiles.allowMany()
        let logger = process.logger("learner")
        let directory = try RunDirectory(creating: logdir)
        let stored = try directory.configuration()
        var configuration = try settings.resolve(resuming: stored)
        let endpoint = try Endpoint(listen ?? configuration.learner.listen, option: "--listen")
        let files = try tls.files(for: .learner)
        if files == nil, !insecureListen { try endpoint.requireLoopback() }
        try configuration.adoptActionSpace(python: process.python)
        let changes = stored.map { configuration.differences(from: $0) } ?? []
        let token = try tokenFile.map { path throws(UserError) in try readToken(path) } ?? directory.token()
        let measurements = MeasurementHub()
        let output = ProgressOutput(progress)
        process.watchInput()
        let service = LearnerProcess(
            .init(
                configuration: configuration, directory: directory, host: endpoint.host, port: endpoint.port,
                tls: files, token: token,
                listening: { address in
                    for change in changes { logger.warning("changed on resume: \(change)") }
                    output.announce(
                        "listening on \(address); token in \(tokenFile ?? directory.tokenFile.path); "
                            + MatrixLibrary.description, address: address)
                },
                measurements: measurements),
            logger: logger)
        try await output.show(measurements) { try await runService(service, logger: logger) }
    }
}

/// Progress as the learner shows it: to a person, or to the process that started it.
final class ProgressOutput: Sendable {
    private let display: ProgressDisplay?
    private let json: Bool

    init(_ progress: LearnerCommand.Progress) {
        display = progress == .auto ? ProgressDisplay() : nil
        json = progress == .json
    }

    func announce(_ text: String, address: String) {
        if json { tell(.listening(address)) } else { Output.error("learner: \(text)") }
    }

    /// Shows what is published while `work` goes on, to the last.
    func show(_ measurements: MeasurementHub, during work: () async throws -> Void) async throws {
        let records = measurements.records()
        async let shown: Void = show(records)
        do { try await work() } catch {
            measurements.finish()
            await shown
            throw error
        }
        measurements.finish()
        await shown
    }

    private func show(_ records: AsyncStream<MeasurementRecord>) async {
        for await record in records {
            display?.take(record.measurement)
            if json { tell(.measured(record)) }
        }
        display?.finish()
    }

    private func tell(_ news: LearnerNews) {
        // All of its values can be written.
        if let line = try? Output.json(news) { Output.line(line) }
    }
}

extension Configuration {
    /// The environment decides how many actions there are and of which kind.
    mutating func adoptActionSpace(python: String?) throws {
        let environments = try makeEnvironments(1, for: .training, seed: 0, python: python)
        agent = agent(for: environments[0].actionSpace)
        for environment in environments { environment.close() }
    }
}
