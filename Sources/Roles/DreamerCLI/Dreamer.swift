import ArgumentParser
import Diagnostics
import Foundation
import Glibc
import Threads

/// The command line: one subcommand for each role.
@main
struct Dreamer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dreamer",
        abstract: "World-model reinforcement learning with actors and a learner: DreamerV3, DyMoDreamer, MuDreamer.",
        version: Release.description,
        subcommands: [
            TrainCommand.self, LearnerCommand.self, ActorCommand.self, EvaluateCommand.self, ExportCommand.self,
            ActCommand.self, VisualizeCommand.self, InspectCommand.self, RunsCommand.self, ReplayCommand.self,
            ImportCommand.self, ReportCommand.self, DashboardCommand.self, BenchmarkCommand.self,
            CertificatesCommand.self, BenchCommand.self, StressCommand.self,
            StressActorCommand.self, VerifyCommand.self, ParityCommand.self,
            ConfigCommand.self, DoctorCommand.self,
        ])

    /// A person's mistake ends with one line and a status from 1 to 64, not with a trace.
    static func main() async {
        // A reader that goes away must not take this process along.
        signal(SIGPIPE, SIG_IGN)
        do {
            try Signals.take()
            try HelpWords(CommandLine.arguments.dropFirst()).check()
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                // Event loops, the runtime's pool and that of products have a thread a core; each part of a role has one or
                // two. What only shows something needs none of them.
                ServiceThread.requireRoom(for: 2 * Processors.usable + 16)
                try await command.run()
            } else {
                try command.run()
            }
        } catch let error as any OneLineError {
            Output.error("dreamer: \(SystemLimit.explained(error.message))")
            exit(withError: ExitCode(error.exitCode))
        } catch {
            // What was asked for, such as help, or a status that needs no words.
            guard exitCode(for: error) != .success, !(error is ExitCode) else { exit(withError: error) }
            let isMistake = exitCode(for: error) == .validationFailure
            let line = Output.oneLine(isMistake ? "\(message(for: error)) (`dreamer --help`)" : "\(error)")
            Output.error("dreamer: \(SystemLimit.explained(line))")
            exit(withError: isMistake ? ExitCode(UserError.usage) : ExitCode.failure)
        }
    }
}
