import ActorService
import ArgumentParser
import Certificates
import Diagnostics
import Foundation
import Glibc
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

    @Option(help: "The learner's HOST:PORT.")
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
        help: "Seconds without a learner after which to end, with status 6; by default it looks for one for ever.")
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
        let learner = try place
        guard giveUp.map({ $0 > 0 && $0 <= 1e9 }) ?? true else { throw UserError("--give-up must be positive seconds") }
        try process.openFiles(atLeast: 32)
        let host = ProcessInfo.processInfo.hostName
        let logger = process.logger("actor")
        let client = LearnerClient.Configuration(
            learner: learner, tls: try tls.files(for: .actor),
            token: try SecretFile.token(tokenFile), role: evaluate ? .evaluator : .actor,
            actor: name ?? "\(PortableName.of(String(host.prefix(40))))-\(getpid())", hostName: host)
        process.watchInput()
        let book = try receipts.map { try ReceiptBook(path: $0, client: client) }
        let service = ActorProcess(
            .init(
                client: client, python: process.python, output: environmentLog, rounds: rounds,
                allowance: Allowance(modules: Set(gymModule), folders: Set(backgrounds)),
                giveUp: giveUp.map { .seconds($0) },
                stored: { book?.note($0) }),
            logger: logger)
        do {
            try await runService(service, logger: logger)
        } catch {
            try? book?.finish()
            throw error
        }
        try book?.finish()
    }

    private var place: LearnerPlace {
        get throws(UserError) {
            switch (connect, addressFile) {
            case (let address?, nil): .at(try Endpoint(address, option: "--connect").learner)
            case (nil, let path?): .announced(in: AddressFile(path))
            default: throw UserError("give either --connect HOST:PORT or --address-file FILE")
            }
        }
    }
}
