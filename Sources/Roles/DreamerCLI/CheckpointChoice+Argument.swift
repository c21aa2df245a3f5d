import ArgumentParser
import LearnerService

extension CheckpointChoice: ExpressibleByArgument {
    static let help: ArgumentHelp =
        "Which checkpoint: newest, best (of all recorded evaluations), or its training steps."

    public init?(argument: String) { self.init(argument) }

    public var defaultValueDescription: String { "newest" }
}
