import ArgumentParser

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Look at the replay of a run that no learner uses, check it, make it smaller, take it away.",
        discussion: """
            Examples:
              dreamer replay show runs/mine
              dreamer replay check runs/mine
              dreamer replay compact runs/mine
              dreamer replay export runs/mine --out episodes
            """,
        subcommands: [ReplayShow.self, ReplayCheck.self, ReplayCompact.self, ReplayExport.self])
}
