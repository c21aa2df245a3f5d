import ArgumentParser
import Certificates
import Dashboard
import Diagnostics
import Foundation
import Runs

struct DashboardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dashboard",
        abstract: "Show runs in a browser, finished or not: curves beside each other, live while they train.",
        discussion: """
            Examples:
              dreamer dashboard runs
              dreamer dashboard runs/one runs/two --listen 0.0.0.0:7470 --tls tls --token-file token
            """)

    @Argument(help: "Directories of runs, or directories that hold them, such as runs.")
    var directories: [String]

    @Option(help: "HOST:PORT of the page; port 0 takes any that is free.")
    var listen = "127.0.0.1:7470"

    @Option(help: "File with the token that visitors from other machines must show.")
    var tokenFile: String?

    @Flag(help: "Listen on other addresses than loopback without encryption: whoever can read there, reads the token.")
    var insecureListen = false

    @Flag(help: ArgumentHelp("Stop in good order when standard input is closed.", visibility: .hidden))
    var stopWithInput = false

    @OptionGroup var tls: TLSOptions

    func run() async throws {
        ProcessOptions.stop(withInput: stopWithInput)
        let options = try DashboardOptions(
            listen, option: "--listen", tls: try tls.files(for: .learner), insecure: insecureListen)
        let dashboard = try RunsDashboard(options.server(token: try token()), folders: directories)
        let failure = AsyncStream.makeStream(of: UserError.self)
        try await dashboard.server.serve {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    try await dashboard.follow { count in Output.line("\(count) run\(count == 1 ? "" : "s")") }
                }
                tasks.addTask { for await error in failure.stream { throw error } }
                try await tasks.next()
                tasks.cancelAll()
            }
        } listening: { result in
            switch result {
            case .success(let address): Output.line("dashboard at \(address) (Ctrl-C ends it)")
            case .failure(let error): failure.continuation.yield(error)
            }
        }
    }

    private func token() throws(UserError) -> String {
        guard let tokenFile else {
            throw UserError("--listen: others reach that address: give --token-file with what they must show")
        }
        return try SecretFile.token(tokenFile)
    }
}
