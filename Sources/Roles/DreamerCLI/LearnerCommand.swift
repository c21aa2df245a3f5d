import AgentChoice
import ArgumentParser
import Certificates
import Dashboard
import Diagnostics
import Foundation
import LearnerService
import Logging
import Measurements
import Runs
import Settings
import Tensors
import Threads

struct LearnerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "learner", abstract: "Take experience from actors, train, and send them weights.",
        discussion: """
            Examples:
              dreamer learner --logdir runs/mine --env catch
              dreamer learner --logdir runs/mine --env catch --listen 0.0.0.0:7400 --tls tls
            """)

    enum Progress: String, ExpressibleByArgument, CaseIterable {
        case auto, json, none
    }

    @Option(help: "Directory of the run; the same command on the same directory resumes.")
    var logdir: String

    @Option(help: "HOST:PORT for actors; port 0 takes any that is free.")
    var listen: String?

    @Option(help: "File for where this learner listens, on a disk that actors share: their --address-file.")
    var addressFile: String?

    @Option(
        help: "This machine for others: in --address-file, and for the dashboard; by default its host name or --listen."
    )
    var advertise: String?

    @Option(help: "File with the token that actors must show; by default one is made in LOGDIR/token.")
    var tokenFile: String?

    @Option(help: "Progress: a live display (auto), one JSON object a line (json), or none.")
    var progress = Progress.auto

    @Flag(help: "Listen on other addresses than loopback without encryption: whoever can read there, reads the token.")
    var insecureListen = false

    @Flag(
        help: ArgumentHelp(
            "The settings are complete: the task has been tried by who starts this.", visibility: .hidden))
    var taskIsTried = false

    @OptionGroup var tls: TLSOptions
    @OptionGroup var settings: ConfigurationOptions
    @OptionGroup var process: ProcessOptions

    func run() async throws {
        try process.openFiles(atLeast: 128)
        let joined = try JoinedGroup.join()
        try await run(joined)
        joined?.leave()
    }

    private func run(_ joined: JoinedGroup?) async throws {
        let (group, place) = (joined?.group, joined?.group.place ?? .alone)
        let logdir = place.directory(in: logdir)
        let logger = process.logger(place.rank == 0 ? "learner" : "learner \(place.rank)")
        let stored = try ResumedRun(in: logdir, isDescribed: settings.describeARun || place.rank > 0)
        let configuration = try group?.configuration { try resolved(stored) } ?? resolved(stored)
        try configuration.learner.precision.requireKernels(for: "learner.precision")
        try joined?.requireSameArithmetic(configuration)
        let endpoint = try Endpoint(listen ?? configuration.learner.listen, option: "--listen").ofRank(place.rank)
        let files = try tls.files(for: .learner)
        if files == nil, !insecureListen { try endpoint.requireLoopback("--listen") }
        let page =
            place.rank == 0
            ? try DashboardOptions(
                configuration.dashboard, tls: files, insecure: insecureListen, advertised: advertise) : nil
        if let stored { try configuration.requireSameRun(as: stored.configuration, in: logdir) }
        let changes = stored.map { configuration.differences(from: $0.configuration) } ?? []
        let directory = try RunDirectory(creating: logdir)
        let token = try group?.text { try secret(of: directory) } ?? secret(of: directory)
        let measurements = MeasurementHub()
        let dashboard = try page.map {
            try $0.learner(in: directory, token: token, configuration.dashboard, measurements)
        }
        let output = ProgressOutput(place.rank == 0 || progress == .json ? progress : .none)
        let news = DashboardNews { outcome in
            switch outcome {
            case .success(let address): output.announce(dashboard: address)
            case .failure(let error): logger.warning("\(error)")
            }
        }
        process.watchInput()
        let service = LearnerProcess(
            .init(
                configuration: configuration, directory: directory, host: endpoint.host, port: endpoint.port,
                tls: files, token: token, addressFile: addressFile,
                advertisedHost: advertise ?? endpoint.advertised,
                listening: { address in
                    dashboard?.server.setReady(true)
                    for notice in (stored?.notices ?? []) + [directory.remoteNotice].compactMap({ $0 }) {
                        logger.warning("\(notice)")
                    }
                    for change in changes { logger.warning("changed on resume: \(change)") }
                    output.announce(
                        "listening on \(address); token in \(tokenFile ?? directory.tokenFile.path); "
                            + MatrixLibrary.description(configuration.learner.precision) + ", "
                            + Processors.description, address: address)
                    news.learnerListens()
                },
                completed: {
                    dashboard?.server.setReady(false)
                    output.announceCompletion()
                }, group: group, measurements: measurements),
            logger: logger)
        try await output.show(measurements) {
            let work = { @Sendable in try await runService(service, logger: logger) { service.save() } }
            guard let dashboard else { return try await work() }
            try await dashboard.server.serve(during: work) { news.pageIs($0) }
        }
    }

    private func resolved(_ stored: ResumedRun?) throws -> Configuration {
        guard !taskIsTried else { return try settings.resolve(over: stored?.configuration ?? Configuration()) }
        var (configuration, _) = try settings.resolve(
            resuming: stored?.configuration, on: EnvironmentHost(python: process.python))
        if configuration.run.offline { try configuration.trainOffline(in: logdir) }
        return configuration
    }

    private func secret(of directory: RunDirectory) throws(UserError) -> String {
        guard let tokenFile else { return try directory.token() }
        return try SecretFile.token(tokenFile)
    }
}
