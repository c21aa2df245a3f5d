/// Which form stored settings have: a number in their first line, a comment, so that every release and `--config` can read the rest.
enum StoredFormat {
    /// Rises where a key that stays changes its meaning.
    static let current = 1
    private static let heading = "# Settings of swift-dreamer, format "

    static var line: String { "\(heading)\(current)\n" }

    /// That of a text; 0 for those of releases that did not say.
    static func number(in text: String) -> Int {
        guard text.hasPrefix(heading) else { return 0 }
        return Int(text.dropFirst(heading.count).prefix { !$0.isNewline }) ?? 0
    }
}

extension Configuration {
    /// All leaves as YAML, below the number of the form that they have: what a run keeps.
    public func storedYAML() -> String { StoredFormat.line + yaml() }
}
