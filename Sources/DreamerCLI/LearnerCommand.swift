import ArgumentParser
import Diagnostics
import Environments
import Foundation
import Glibc
import LearnerService
import Logging
import Runs
import Settings
import Telemetry
import Tensors
import WorldModels

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

    @OptionGroup var settings: ConfigurationOptions
    @OptionGroup var process: ProcessOptions

    func run() async throws {
        let logger = process.logger("learner")
        let directory = try RunDirectory(creating: logdir)
        let stored = try directory.configuration()
        var configuration = try settings.resolve(resuming: stored)
        let endpoint = try Endpoint(listen ?? configuration.learner.listen, option: "--listen")
        try configuration.requireLoopback(endpoint.host)
        try configuration.adoptActionSpace(python: process.python)
        let changes = stored.map { configuration.differences(from: $0) } ?? []
        let token = try tokenFile.map { path throws(UserError) in try readToken(path) } ?? directory.token()
        let output = ProgressOutput(progress)
        process.watchInput()
        let service = LearnerProcess(
            .init(
                configuration: configuration, directory: directory, host: endpoint.host, port: endpoint.port,
                token: token,
                listening: { address in
                    for change in changes { logger.warning("changed on resume: \(change)") }
                    output.announce(
                        "listening on \(address); token in \(tokenFile ?? directory.tokenFile.path); "
                            + MatrixLibrary.description, address: address)
                },
                progress: { output.show($0) }),
            logger: logger)
        defer { output.finish() }
        try await runService(service, logger: logger)
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
        if json { Output.line("{\"listening\":\"\(address)\"}") } else { Output.error("learner: \(text)") }
    }

    func show(_ snapshot: ProgressSnapshot) {
        display?.update(snapshot)
        if json, let line = try? Output.json(snapshot) { Output.line(line) }
    }

    func finish() {
        display?.finish()
    }
}

extension Configuration {
    /// Without encryption the token and the experience would travel in the clear.
    func requireLoopback(_ host: String) throws(UserError) {
        var address = in_addr()
        let isLoopback = inet_pton(AF_INET, host, &address) == 1 && UInt32(bigEndian: address.s_addr) >> 24 == 127
        guard isLoopback || host == "localhost" || host == "::1" else {
            throw UserError(
                "--listen: \(host) is reachable from other machines, and connections are not encrypted yet; "
                    + "listen on 127.0.0.1 and let actors in through an SSH tunnel")
        }
    }

    /// The environment decides how many actions there are and of which kind.
    mutating func adoptActionSpace(python: String?) throws {
        let environments = try makeEnvironments(1, for: .training, seed: 0, python: python)
        agent = agent(for: environments[0].actionSpace)
        for environment in environments { environment.close() }
    }
}
