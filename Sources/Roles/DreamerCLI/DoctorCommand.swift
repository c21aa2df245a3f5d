import ArgumentParser
import Doctor
import Foundation
import Settings

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look at this machine as a run would find it, and say what to do; status 1 where runs would fail.",
        discussion: """
            Each line is ok, a warning (it works, but not as well as it could, or not for all tasks) or a fault.

            Examples:
              dreamer doctor
              dreamer doctor --logdir /data/runs --listen 0.0.0.0:7400 --json
            """)

    @Option(help: "Where runs are to lie; it needs not be there yet.")
    var logdir = "runs"

    @Option(help: "HOST:PORT that a learner is to listen on.")
    var listen = LearnerSettings().listen

    @Option(help: "Python of bridged environments; by default .venv is looked for.")
    var python: String?

    @Flag(help: "One JSON array.")
    var json = false

    func run() throws {
        let endpoint = try Endpoint(listen, option: "--listen")
        let findings = Examination(directory: logdir, python: python, listen: (endpoint.host, endpoint.port)).findings
        if json {
            Output.line(try Output.json(findings, readable: true))
        } else {
            for finding in findings { Output.line(finding.line) }
        }
        if findings.contains(where: { $0.state == .fault }) { throw ExitCode.failure }
    }
}

extension Finding {
    fileprivate var line: String {
        let state = state.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
        let name = name.padding(toLength: 12, withPad: " ", startingAt: 0)
        return "\(state)\(name)\(message)" + (advice.map { ": \($0)" } ?? "")
    }
}
