import ArgumentParser
import Environments
import Experience
import Runs
import Settings

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Print the configuration that these options make, each key with its meaning, unit and range.",
        discussion: """
            What it prints is a file that --config takes.

            Examples:
              dreamer config --preset atari100k > mine.yaml     then: dreamer train --config mine.yaml
              dreamer config --env minatar/breakout --plain
            """)

    @Flag(help: "Keys and values only.")
    var plain = false

    @Option(help: "Python of bridged environments; by default .venv is looked for.")
    var python: String?

    @OptionGroup var settings: ConfigurationOptions

    func run() throws {
        let task = try settings.environment(resuming: nil).id
        let isThere = !EnvironmentRegistry.needsPython(task) || (try? PythonInterpreter.find(python)) != nil
        // Without Python nobody can say what the task shows; the run finds out.
        let configuration =
            try isThere
            ? settings.resolve(resuming: nil, on: EnvironmentHost(python: python)).configuration
            : settings.resolve(over: Configuration())
        if !isThere { Output.line("# There is no Python here to ask \(task) what it shows and takes: the run will.") }
        let text = plain ? configuration.yaml() : configuration.annotatedYAML()
        Output.line(String(text.dropLast()))
    }
}
