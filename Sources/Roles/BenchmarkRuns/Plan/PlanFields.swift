import Diagnostics
import Settings
import Yams

/// The fields of a plan's file, each checked where it is read.
struct PlanFields {
    static let names = [
        "output", "preset", "size", "tasks", "agents", "seeds", "settings", "variants", "parallel", "command",
        "threshold", "window", "contrasts",
    ]

    private let file: String
    private var nodes: [String: Node] = [:]

    /// - Throws: for what is no YAML, no mapping, or has a field that does not exist.
    init(_ file: ConfigurationFile) throws(UserError) {
        self.file = file.name
        let root: Node?
        do { root = try compose(yaml: file.text) } catch {
            throw UserError("\(file.name): \(error)")
        }
        guard case .mapping(let mapping)? = root else {
            throw UserError("\(file.name): expected fields: \(Self.names.joined(separator: ", "))")
        }
        for (key, value) in mapping {
            let name = key.scalar?.string ?? ""
            guard Self.names.contains(name) else {
                throw UserError(
                    "\(file.name):\(key.mark?.line ?? 1): \(Suggestion.unknown("field", name, known: Self.names))")
            }
            nodes[name] = value
        }
    }

    /// One line for a mistake in a field.
    func error(_ field: String, _ text: String, at node: Node? = nil) -> UserError {
        let line = (node ?? nodes[field])?.mark.map { ":\($0.line)" } ?? ""
        return UserError("\(file)\(line): \(field): \(text)")
    }

    // MARK: Kinds of fields

    /// - Parameter check: throws where the text means nothing.
    func text(_ field: String, _ check: (String) throws(UserError) -> Void = { _ in }) throws(UserError) -> String? {
        guard let node = nodes[field] else { return nil }
        return try text(field, node, check)
    }

    /// A list, or one text for a list of one.
    func texts(_ field: String, _ check: (String) throws(UserError) -> Void = { _ in }) throws(UserError) -> [String]? {
        guard let node = nodes[field] else { return nil }
        return try texts(field, node, check)
    }

    func number(_ field: String, within range: ClosedRange<Int>) throws(UserError) -> Int? {
        guard let node = nodes[field] else { return nil }
        return try number(field, node, within: range)
    }

    func fraction(_ field: String) throws(UserError) -> Double? {
        guard let node = nodes[field] else { return nil }
        let text = node.scalar?.string ?? "a list"
        guard let number = Double(text), number.isFinite else {
            throw error(field, "expected a number, found \(text)", at: node)
        }
        return number
    }

    /// Whole numbers from 0, each once.
    func numbers(_ field: String) throws(UserError) -> [Int]? {
        guard let node = nodes[field] else { return nil }
        var numbers: [Int] = []
        for element in elements(node) {
            let number = try number(field, element, within: 0...Int.max)
            if numbers.contains(number) { throw error(field, "\(number) stands there twice", at: element) }
            numbers.append(number)
        }
        guard !numbers.isEmpty else { throw error(field, "is empty") }
        return numbers
    }

    /// Lists of texts under names.
    func groups(_ field: String) throws(UserError) -> [(name: String, texts: [String])]? {
        guard let node = nodes[field] else { return nil }
        guard case .mapping(let mapping) = node, !mapping.isEmpty else {
            throw error(field, "expected names with lists of settings")
        }
        var groups: [(name: String, texts: [String])] = []
        for (key, value) in mapping {
            guard let name = key.scalar?.string, !name.isEmpty else { throw error(field, "a name is missing", at: key) }
            groups.append((name, try texts("\(field).\(name)", value) { _ in }))
        }
        return groups
    }

    // MARK: Nodes

    private func elements(_ node: Node) -> [Node] {
        if case .sequence(let sequence) = node { Array(sequence) } else { [node] }
    }

    private func texts(
        _ field: String, _ node: Node, _ check: (String) throws(UserError) -> Void
    ) throws(UserError) -> [String] {
        var texts: [String] = []
        for element in elements(node) { texts.append(try text(field, element, check)) }
        return texts
    }

    private func text(
        _ field: String, _ node: Node, _ check: (String) throws(UserError) -> Void
    ) throws(UserError) -> String {
        guard let text = node.scalar?.string, !text.isEmpty else { throw error(field, "expected text", at: node) }
        do throws(UserError) { try check(text) } catch { throw self.error(field, error.message, at: node) }
        return text
    }

    private func number(_ field: String, _ node: Node, within range: ClosedRange<Int>) throws(UserError) -> Int {
        let text = node.scalar?.string ?? "a list"
        guard let number = Int(text), range.contains(number) else {
            let bounds =
                range.upperBound == .max
                ? "from \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            throw error(field, "expected a whole number \(bounds), found \(text)", at: node)
        }
        return number
    }
}
