import Diagnostics
import Files
import Foundation
import Yams

/// The text of a YAML (or JSON) file and the name that messages give it.
public struct ConfigurationFile: Sendable, Equatable {
    /// Larger files are refused before they are read: a configuration has some hundred lines.
    static let maximumBytes = 1 << 20
    /// Aliases can make a short file stand for more values than memory holds.
    static let maximumValues = 10_000

    public var name: String
    public var text: String

    public init(name: String, text: String) {
        self.name = name
        self.text = text
    }

    /// Reads a file.
    ///
    /// - Throws: one line that names the file if it does not exist, is too large, cannot be read or is not UTF-8.
    public init(path: String) throws(UserError) {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try OpenFile(path, for: .reading).read(Self.maximumBytes + 1) } catch {
            throw UserError("\(error)")
        }
        guard bytes.count <= Self.maximumBytes else {
            throw UserError("cannot read \(path): larger than \(Self.maximumBytes) bytes")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw UserError("cannot read \(path): not UTF-8")
        }
        self.init(name: path, text: text)
    }

    /// What the file asks for, in its order.
    ///
    /// - Parameter group: the keys of the file stand below this path; empty for a whole configuration.
    func assignments(below group: String = "") throws(UserError) -> [Assignment] {
        let root: Node?
        do {
            root = try compose(yaml: text)
        } catch {
            throw UserError("\(name)\(Self.explanation(of: error))")
        }
        // An empty file, or one of comments only, asks for nothing.
        guard let root, !(root.scalar.map { $0.string.isEmpty } ?? false) else { return [] }
        guard case .mapping = root else { throw UserError("\(origin(of: root)): expected keys and values") }
        var assignments: [Assignment] = []
        try collect(root, at: group, into: &assignments)
        return assignments
    }

    private func collect(_ node: Node, at path: String, into assignments: inout [Assignment]) throws(UserError) {
        guard case .mapping(let mapping) = node else {
            guard assignments.count < Self.maximumValues else { throw UserError("\(name): too many values") }
            let value = node.scalar.map { Assignment.Value.scalar($0.string, quoted: $0.style != .plain) } ?? .list
            assignments.append(Assignment(path: path, value: value, origin: origin(of: node)))
            return
        }
        // A group is stated even when it is empty, so that a misspelt one is found.
        if !path.isEmpty, mapping.isEmpty {
            assignments.append(Assignment(path: path, value: .nothing, origin: origin(of: node)))
        }
        for (key, value) in mapping {
            guard let key = key.scalar?.string, !key.isEmpty, !key.contains(".") else {
                throw UserError("\(origin(of: key)): a key must be one word without dots")
            }
            try collect(value, at: path.isEmpty ? key : "\(path).\(key)", into: &assignments)
        }
    }

    private func origin(of node: Node) -> String {
        node.mark.map { "\(name):\($0.line)" } ?? name
    }

    /// ":3: did not find expected key", from the parser's several shapes of error.
    private static func explanation(of error: any Error) -> String {
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            let place = context.map { "\($0.text) " } ?? ""
            return ":\(mark.line): \(place)\(problem)"
        case YamlError.duplicatedKeysInMapping(let duplicates, let context):
            return ":\(context.mark.line): \(duplicates.sorted().joined(separator: ", ")) stands here more than once"
        case YamlError.reader(let problem, let offset, _, let yaml):
            let line = offset.map { 1 + yaml.prefix($0).count(where: \.isNewline) }
            return (line.map { ":\($0)" } ?? "") + ": \(problem)"
        default:
            return ": not YAML"
        }
    }
}
