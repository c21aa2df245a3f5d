import ActorService
import AgentChoice
import ArgumentParser
import Diagnostics
import Experience
import Foundation
import Runs
import Settings

/// Where an actor's time goes: the task, the way to it, the policy.
struct BenchPlay: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "play",
        abstract:
            "Steps a second of one actor with 1, 4 and 8 environments, beside a plain Python loop over the same task.")

    @OptionGroup var settings: ConfigurationOptions

    @Option(parsing: .unconditional, help: "Seconds of each measurement.")
    var seconds = 3.0

    @Option(help: "Python of bridged environments; by default .venv is looked for.")
    var python: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    struct Result: Encodable {
        struct Row: Encodable {
            var environments: Int
            /// Agent steps a second: random actions, and the policy's.
            var alone, with_policy: Double
        }

        var environment, agent: String
        /// The same of `gymnasium.make(ID)` with random actions in Python; nil for tasks that are not Gymnasium's.
        var plain_python: Double?
        var rows: [Row]
    }

    func run() throws {
        try Requirement.check(seconds > 0 && seconds <= 1e6, "--seconds must be positive, got \(seconds)")
        let host = EnvironmentHost(python: python)
        let (configuration, _) = try settings.resolve(resuming: nil, on: host)
        let plain = try PlainPythonLoop(configuration.environment)?.speed(seconds: seconds, python: python)
        let rows = try [1, 4, 8].map { count in
            let speed = try PlayingSpeed(configuration, environments: count, seconds: seconds, on: host)
            return Result.Row(environments: count, alone: speed.environmentsAlone, with_policy: speed.withPolicy)
        }
        let result = Result(
            environment: configuration.environment.id, agent: configuration.agent.agent, plain_python: plain, rows: rows
        )
        Output.line(try json ? Output.json(result, readable: true) : result.text)
    }
}

extension BenchPlay.Result {
    fileprivate var text: String {
        let plain = plain_python.map { String(format: "  a plain Python loop       %8.0f\n", $0) } ?? ""
        return "\(environment), \(agent); agent steps/s\n" + plain
            + "  environments   random   policy\n"
            + rows.map { String(format: "  %12d %8.0f %8.0f", $0.environments, $0.alone, $0.with_policy) }
            .joined(separator: "\n")
    }
}
