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
        subcommands: [
            TrainCommand.self, LearnerCommand.self, ActorCommand.self, EvaluateCommand.self, InspectCommand.self,
            ReportCommand.self, BenchmarkCommand.self, CertificatesCommand.self, BenchCommand.self, StressCommand.self,
            StressActorCommand.self, VerifyCommand.self, ParityCommand.self,
        ])

    /// A person's mistake ends with one line and a status from 1 to 64, not with a trace.
    static func main() async {
        // A reader that goes away must not take this process along.
        signal(SIGPIPE, SIG_IGN)
        do {
            try Signals.take()
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
            guard !isOwn(error) else { exit(withError: error) }
            Output.error("dreamer: \(SystemLimit.explained(Output.oneLine("\(error)")))")
            exit(withError: ExitCode.failure)
        }
    }

    /// Whether the argument parser made `error` and knows how to show it.
    private static func isOwn(_ error: any Error) -> Bool {
        error is CleanExit || error is ExitCode || error is ValidationError
            || exitCode(for: error) == .validationFailure || exitCode(for: error) == .success
    }
}
