import Diagnostics

/// A configuration that a program has written, which may have been another release: it goes on where this one has lost a key.
///
/// Everything else is as strict as with a person's own file: a key that is there must have a value that it can have.
public struct StoredConfiguration: Sendable, Equatable {
    public let configuration: Configuration
    /// One sentence without its end that names the keys which this release does not have; nil where it has all of them.
    public let notice: String?

    /// - Throws: one line, as a file of settings does.
    public init(_ file: ConfigurationFile) throws(UserError) {
        let tree = SettingsTree(of: Configuration())
        var (known, unknown): ([Assignment], [String]) = ([], [])
        for assignment in try file.assignments() {
            if tree.lacks(assignment.path) { unknown.append(assignment.path) } else { known.append(assignment) }
        }
        configuration = try ConfigurationLayers.apply(known, to: Configuration())
        try configuration.validate()
        notice = Self.notice(unknown, format: StoredFormat.number(in: file.text), in: file.name)
    }

    private static func notice(_ keys: [String], format: Int, in name: String) -> String? {
        let later =
            format > StoredFormat.current
            ? "\(name) is of a later release (format \(format), this one knows \(StoredFormat.current))" : nil
        guard !keys.isEmpty else { return later }
        let (noun, verb) = keys.count == 1 ? ("key", "is") : ("keys", "are")
        let ignored =
            "\(name) has the \(noun) \(keys.joined(separator: ", ")) of another release, which \(verb) ignored"
        return [later, ignored].compactMap { $0 }.joined(separator: "; ")
    }
}

extension SettingsTree {
    /// Whether there is nothing at a path, nor a leaf on the way to it.
    fileprivate func lacks(_ path: String) -> Bool {
        var prefix = path
        while place(of: prefix) == .unknown {
            guard let dot = prefix.lastIndex(of: ".") else { return true }
            prefix = String(prefix[..<dot])
        }
        // What has become a group, or was one, has no value that would go without saying.
        return place(of: prefix) == .group && prefix != path
    }
}
