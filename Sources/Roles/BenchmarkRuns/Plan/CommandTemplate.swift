import Diagnostics

/// A command of a shell that hands a run to a queue, with places for what differs from run to run.
package struct CommandTemplate: Sendable, Equatable {
    static let places = ["script", "command", "name", "directory"]

    let text: String

    /// - Throws: where nothing says what is to be run, or a place does not exist.
    init(_ text: String) throws(UserError) {
        self.text = text
        for place in text.matches(of: /\{([a-z_]*)\}/).map({ String($0.output.1) }) where !Self.places.contains(place) {
            throw UserError(
                "there is no {\(place)}; known are \(Self.places.map { "{\($0)}" }.joined(separator: ", "))")
        }
        guard text.contains("{script}") || text.contains("{command}") else {
            throw UserError("it must hold {script}, a file to be run, or {command}, one command line")
        }
    }

    /// - Parameter values: of all places.
    func filled(_ values: [String: String]) -> String {
        Self.places.reduce(text) { text, place in
            text.split(separator: "{\(place)}", omittingEmptySubsequences: false).joined(
                separator: values[place] ?? "")
        }
    }
}
