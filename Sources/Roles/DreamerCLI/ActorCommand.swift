import ActorService
import ArgumentParser
import Certificates
import Diagnostics
import Foundation
import Glibc
import Logging
import Runs
import ServiceLifecycle
import Transport
import Wire

struct ActorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "actor", abstract: "Play environments for a learner; everything else comes from there.",
        discussion: """
            Examples:
              dreamer actor --connect 127.0.0.1:7400 --token-file runs/mine/token
              dreamer actor --connect HOST:7400 --tls tls --token-file token --name far-1 --log-format json
            """)

    @Option(help: "The learner's HOST:PORT; of learners that train one agent all of them, with commas.")
    var connect: String?

    @Option(
        help: "Instead of --connect: the file in which the learner says where it listens (its --address-file).")
    var addressFile: String?

    @Option(help: "File with the learner's token: LOGDIR/token.")
    var tokenFile: String

    @Option(help: "Name of this actor, unique in the run; give it again when it is restarted.")
    var name: String?

    @Option(help: "A module or file that the learner may have it import: gym/MODULE:ID, python/FILE:CLASS.")
    var gymModule: [String] = []

    @Option(help: "A folder of images and videos that the learner may have shown behind its task.")
    var backgrounds: [String] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Seconds without a learner after which to end, with status 6.",
            discussion:
                "By default it looks for its learner for ever, and in a group for another one after two minutes."))
    var giveUp: Double?

    @Option(
        help: "File for what the environments' Python prints, 1 MiB and as much before it; by default it is not kept.")
    var environmentLog: String?

    @Flag(
        help:
            "Play each k-th policy with fixed seeds and report how well (evaluation.every_versions), instead of sending experience."
    )
    var evaluate = false

    @Option(
        help: ArgumentHelp(
            "Directory in which an actor in lockstep keeps where it stands, to go on from there.", visibility: .hidden))
    var rounds: String?

    @Option(help: ArgumentHelp("File for a line about each acknowledged trajectory.", visibility: .hidden))
    var receipts: String?

    @OptionGroup var tls: TLSOptions
    @OptionGroup var process: ProcessOptions

    func run() async throws {
        guard giveUp.map({ $0 > 0 && $0 <= 1e9 }) ?? true else { throw UserError("--give-up must be positive seconds") }
        try process.openFiles(atLeast: 32)
        let host = ProcessInfo.processInfo.hostName
        let name = name ?? "\(PortableName.of(String(host.prefix(40))))-\(getpid())"
        let choice = try choice(of: name)
        let logger = process.logger("actor")
        process.watchInput()
        let file = try receipts.map { try ReceiptFile(path: $0) }
        do { try await play(for: choice, name, on: host, file, logger) } catch {
            try? file?.finish()
            throw error
        }
        try file?.finish()
    }

    /// Plays for one learner after the other, where there are several and one is gone: each time as another incarnation.
    private func play(
        for choice: LearnerChoice, _ name: String, on host: String, _ receipts: ReceiptFile?, _ logger: Logger
    ) async throws {
        for attempt in 0... {
            let client = LearnerClient.Configuration(
                learner: choice.place(attempt: attempt), tls: try tls.files(for: .actor),
                token: try SecretFile.token(tokenFile), role: evaluate ? .evaluator : .actor, actor: name,
                hostName: host)
            do { return try await play(client, choice, receipts, logger) } catch let error as UserError
                where error.exitCode == ActorStatus.gaveUp && giveUp == nil
            {
                logger.warning("\(error.message): looking for another of the group")
            }
        }
    }

    private func play(
        _ client: LearnerClient.Configuration, _ choice: LearnerChoice, _ receipts: ReceiptFile?, _ logger: Logger
    ) async throws {
        let book = receipts.map { ReceiptBook($0, client: client) }
        let giveUp = giveUp.map { Duration.seconds($0) }
        let service = ActorProcess(
            .init(
                client: client, python: process.python, output: environmentLog, rounds: rounds,
                allowance: Allowance(modules: Set(gymModule), folders: Set(backgrounds)),
                giveUp: { giveUp ?? choice.patience },
                stored: { book?.note($0) }),
            logger: logger)
        try await runService(service, logger: logger)
    }

    private func choice(of name: String) throws(UserError) -> LearnerChoice {
        switch (connect, addressFile) {
        case (let addresses?, nil):
            var learners: [LearnerAddress] = []
            for address in addresses.split(separator: ",", omittingEmptySubsequences: false) {
                learners.append(try Endpoint(String(address), option: "--connect").learner)
            }
            return LearnerChoice(of: name, among: learners)
        case (nil, let path?): return LearnerChoice(of: name, announcedIn: AddressFile(path))
        default: throw UserError("give either --connect HOST:PORT or --address-file FILE")
        }
    }
}
