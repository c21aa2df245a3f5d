/// A configuration as an ordered list of leaves with dotted paths: what files, presets and overrides are applied to.
struct SettingsTree: Equatable, Sendable {
    struct Leaf: Equatable, Sendable {
        /// Keys from the root, joined by dots: "replay.replay_ratio".
        let path: String
        let kind: SettingsKind
        let isOptional: Bool
        var value: SettingsValue

        /// Last key of the path.
        var key: Substring { path[(path.lastIndex(of: ".").map(path.index(after:)) ?? path.startIndex)...] }
        /// What the leaf accepts, for messages and the documentation.
        var expectation: String { isOptional ? kind.name + ", or null" : kind.name }
    }

    /// What a path means in this tree.
    enum Place: Equatable {
        case leaf(Int)
        case group
        case unknown
    }

    private(set) var leaves: [Leaf] = []
    private var indices: [String: Int] = [:]

    init(_ leaves: [Leaf]) {
        self.leaves = leaves
        for (index, leaf) in leaves.enumerated() { indices[leaf.path] = index }
    }

    func place(of path: String) -> Place {
        if let index = indices[path] { return .leaf(index) }
        return keys(under: path).isEmpty ? .unknown : .group
    }

    /// The keys directly below a group, in order; those of the root for an empty path.
    func keys(under path: String) -> [String] {
        let prefix = path.isEmpty ? "" : path + "."
        var keys: [String] = []
        for leaf in leaves where leaf.path.hasPrefix(prefix) {
            let key = String(leaf.path.dropFirst(prefix.count).prefix { $0 != "." })
            // Leaves of one group stand together, so looking at the last key finds all repetitions.
            if keys.last != key { keys.append(key) }
        }
        return keys
    }

    mutating func set(_ index: Int, to value: SettingsValue) {
        leaves[index].value = value
    }
}
