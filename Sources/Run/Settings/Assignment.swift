import Diagnostics

/// One `path = value` that a layer asks for, and where it was written.
struct Assignment: Sendable {
    enum Value: Sendable {
        case scalar(String, quoted: Bool)
        case list
        case nothing
    }

    let path: String
    let value: Value
    /// Start of messages: "settings.yaml:12" or "--set".
    let origin: String
}

extension Assignment {
    /// Reads "key.path=value".
    init(_ text: String, origin: String) throws(UserError) {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw UserError("\(origin): expected key.path=value, found \(text)")
        }
        let value = String(text[text.index(after: equals)...])
        self.init(path: String(text[..<equals]), value: .scalar(value, quoted: false), origin: origin)
    }
}

extension Assignment.Value {
    /// What was written, for messages.
    var found: String {
        switch self {
        case .scalar("", _): "nothing"
        case .scalar(let text, quoted: true): "\"\(text)\""
        case .scalar(let text, quoted: false): text
        case .list: "a list"
        case .nothing: "a group of keys"
        }
    }
}

extension SettingsTree {
    /// - Throws: an unknown key, with those that exist at its level, or a value of the wrong kind.
    mutating func apply(_ assignment: Assignment) throws(UserError) {
        switch place(of: assignment.path) {
        case .unknown:
            throw UserError("\(assignment.origin): \(explanation(of: assignment.path))")
        case .group:
            if case .scalar(let text, quoted: false) = assignment.value, ["", "~", "null"].contains(text) { return }
            if case .nothing = assignment.value { return }
            throw UserError(
                "\(assignment.origin): \(assignment.path): expected a group of keys, found \(assignment.value.found)")
        case .leaf(let index):
            let leaf = leaves[index]
            guard let value = leaf.parse(assignment.value) else {
                throw UserError(
                    "\(assignment.origin): \(leaf.path): expected \(leaf.expectation), found \(assignment.value.found)")
            }
            set(index, to: value)
        }
    }

    /// Why there is no such path: a leaf is in the way, or the first key that does not exist and its neighbours.
    private func explanation(of path: String) -> String {
        let keys = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        var parent = ""
        for key in keys {
            let known = self.keys(under: parent)
            guard known.contains(key) else {
                let place = parent.isEmpty ? "keys" : "keys of \(parent)"
                let name = parent.isEmpty ? key : "\(parent).\(key)"
                return Suggestion.unknown("key", name, looksLike: key, known: known, listedAs: place)
            }
            parent = parent.isEmpty ? key : "\(parent).\(key)"
            if case .leaf(let index) = place(of: parent) {
                return "\(parent): expected \(leaves[index].expectation), found a group of keys"
            }
        }
        preconditionFailure("\(path) exists")
    }
}

extension SettingsTree.Leaf {
    func parse(_ value: Assignment.Value) -> SettingsValue? {
        guard case .scalar(let text, let quoted) = value else { return nil }
        if isOptional, !quoted, ["", "~", "null"].contains(text) { return .null }
        return kind.parse(text, quoted: quoted)
    }
}
