import Testing

/// Runs the program with a mistake in it and returns the one line that it answers.
func mistake(
    _ arguments: [String], environment: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
) async throws -> String {
    let child = try Child(arguments, environment: environment)
    let ending = try await child.end()
    #expect(ending.signal == nil && (1...64).contains(ending.status), "\(ending)", sourceLocation: sourceLocation)
    #expect(child.messages.count == 1, "one line: \(child.transcript)", sourceLocation: sourceLocation)
    let line = child.messages.last ?? ""
    #expect(line.hasPrefix("dreamer: "), "\(line)", sourceLocation: sourceLocation)
    for sign in ["Fatal error", "Error Domain", "NSCocoa", " at 0x", "Optional("] {
        #expect(!line.contains(sign), "not for people: \(line)", sourceLocation: sourceLocation)
    }
    return line
}

/// Expects all of `parts` in `line`: what is wrong, and what to do.
func expect(_ line: String, says parts: String..., sourceLocation: SourceLocation = #_sourceLocation) {
    for part in parts {
        #expect(line.contains(part), "\(part) is missing in: \(line)", sourceLocation: sourceLocation)
    }
}
