import ArgumentParser

/// How messages of a role are written to standard error.
enum LogFormat: String, ExpressibleByArgument, CaseIterable {
    /// A line for people.
    case text
    /// One JSON object a line: time, level, logger, message, and the fields of its metadata.
    case json
}
