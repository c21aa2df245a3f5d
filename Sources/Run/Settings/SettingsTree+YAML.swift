import Yams

extension SettingsTree {
    /// The tree as YAML: all leaves, in the order of the tree, two spaces for each level.
    var yaml: String { yaml { _ in nil } }

    /// - Parameter comment: what stands above a leaf, in one line.
    func yaml(_ comment: (Leaf) -> String?) -> String {
        var lines: [String] = []
        var open: [Substring] = []
        for leaf in leaves {
            let keys = leaf.path.split(separator: ".")
            let groups = keys.dropLast()
            if groups != open[...] {
                let shared = zip(groups, open).prefix { $0 == $1 }.count
                for depth in shared..<groups.count {
                    lines.append(String(repeating: "  ", count: depth) + groups[depth] + ":")
                }
                open = Array(groups)
            }
            let indent = String(repeating: "  ", count: groups.count)
            if let comment = comment(leaf) { lines.append("\(indent)# \(comment)") }
            lines.append(indent + leaf.key + ": " + leaf.value.yaml)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The value that the tree describes; the opposite of `init(of:)`. Kinds and ranges were checked when the leaves
    /// were set, so that decoding cannot fail.
    func decoded<T: Decodable>(as type: T.Type) -> T {
        do {
            return try YAMLDecoder().decode(type, from: yaml)
        } catch {
            preconditionFailure("a checked tree does not decode as \(type): \(error)")
        }
    }
}
