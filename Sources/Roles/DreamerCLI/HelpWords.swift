import ArgumentParser
import Diagnostics

/// The commands after `help`; of one that does not exist the argument parser would say nothing.
struct HelpWords {
    private let commands: [String]

    init(_ arguments: ArraySlice<String>) {
        commands = arguments.first == "help" ? arguments.dropFirst().filter { !$0.hasPrefix("-") } : []
    }

    /// - Throws: one line that names the first that does not exist.
    func check() throws(UserError) {
        var command: any ParsableCommand.Type = Dreamer.self
        for name in commands {
            let below = command.configuration.subcommands
            guard let next = below.first(where: { $0._commandName == name }) else {
                let known = below.filter { $0.configuration.shouldDisplay }.map { $0._commandName }
                throw UserError(Suggestion.unknown("command", name, known: known))
            }
            command = next
        }
    }
}
