extension SettingsTree {
    /// The tree of a value, with one leaf for each stored property, also for the optional ones that are nil. Paths,
    /// order and kinds follow from the type's `Codable` conformance, so that no second list of keys exists.
    init(of value: some Encodable) {
        let leaves = LeafCollector()
        do {
            try value.encode(to: LeafEncoder(leaves: leaves, codingPath: []))
        } catch {
            preconditionFailure("\(type(of: value)) cannot be taken apart: \(error)")
        }
        self.init(leaves.all)
    }
}

/// A type that a leaf can have, as seen while encoding.
private protocol LeafType {
    static func kind(at key: String) -> SettingsKind
    var settingsValue: SettingsValue { get }
}

extension Bool: LeafType {
    static func kind(at key: String) -> SettingsKind { .flag }
    var settingsValue: SettingsValue { .flag(self) }
}

extension String: LeafType {
    static func kind(at key: String) -> SettingsKind { .text }
    var settingsValue: SettingsValue { .text(self) }
}

extension FixedWidthInteger {
    static func kind(at key: String) -> SettingsKind {
        .integer(Int128(Self.min)...Int128(Self.max), bytes: key.hasSuffix("_bytes"))
    }
    var settingsValue: SettingsValue { .integer(Int128(self)) }
}

extension Int: LeafType {}
extension UInt64: LeafType {}

extension Double: LeafType {
    static func kind(at key: String) -> SettingsKind { .number(limit: greatestFiniteMagnitude) }
    var settingsValue: SettingsValue { .number(self) }
}

extension Float: LeafType {
    static func kind(at key: String) -> SettingsKind { .number(limit: Double(greatestFiniteMagnitude)) }
    // Through the shortest decimal, so that 0.1 stays 0.1 instead of 0.10000000149.
    var settingsValue: SettingsValue { .number(Double("\(self)") ?? Double(self)) }
}

extension CaseIterable where Self: RawRepresentable, RawValue == String {
    fileprivate static var choices: [String] { allCases.map(\.rawValue) }
}

private final class LeafCollector {
    var all: [SettingsTree.Leaf] = []

    func add<T>(_ value: T?, of type: T.Type, at path: [any CodingKey], optional: Bool) -> Bool {
        guard let key = path.last?.stringValue else { return false }
        let kind: SettingsKind
        let leafValue: SettingsValue
        switch type {
        case let leaf as any LeafType.Type:
            kind = leaf.kind(at: key)
            leafValue = (value as? any LeafType)?.settingsValue ?? .null
        case let choice as any (CaseIterable & RawRepresentable<String>).Type:
            kind = .choice(choice.choices)
            leafValue = (value as? any RawRepresentable<String>).map { .text($0.rawValue) } ?? .null
        default:
            return false
        }
        let name = path.map(\.stringValue).joined(separator: ".")
        all.append(SettingsTree.Leaf(path: name, kind: kind, isOptional: optional, value: leafValue))
        return true
    }
}

private struct LeafEncoder: Encoder {
    let leaves: LeafCollector
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(LeafContainer<Key>(leaves: leaves, codingPath: codingPath))
    }

    // A configuration holds groups and leaves only; anything else is a mistake in its declaration.
    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        preconditionFailure("a list at \(codingPath) has no place in a configuration")
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        preconditionFailure("the type at \(codingPath) is no leaf that a configuration knows")
    }
}

private struct LeafContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let leaves: LeafCollector
    let codingPath: [any CodingKey]

    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        let path = codingPath + [key]
        if leaves.add(value, of: T.self, at: path, optional: false) { return }
        try value.encode(to: LeafEncoder(leaves: leaves, codingPath: path))
    }

    // The standard library's own methods for these types would leave a nil out; only a method of the very same type
    // comes before them.
    func encodeIfPresent(_ value: Bool?, forKey key: Key) { addOptional(value, key) }
    func encodeIfPresent(_ value: String?, forKey key: Key) { addOptional(value, key) }
    func encodeIfPresent(_ value: Int?, forKey key: Key) { addOptional(value, key) }
    func encodeIfPresent(_ value: UInt64?, forKey key: Key) { addOptional(value, key) }
    func encodeIfPresent(_ value: Float?, forKey key: Key) { addOptional(value, key) }
    func encodeIfPresent(_ value: Double?, forKey key: Key) { addOptional(value, key) }
    func encodeIfPresent<T: Encodable>(_ value: T?, forKey key: Key) { addOptional(value, key) }

    private func addOptional<T>(_ value: T?, _ key: Key) {
        let added = leaves.add(value, of: T.self, at: codingPath + [key], optional: true)
        precondition(added, "the optional at \(codingPath + [key]) is no leaf that a configuration knows")
    }

    func encodeNil(forKey key: Key) {
        preconditionFailure("the type at \(codingPath + [key]) is not known")
    }

    func nestedContainer<Nested: CodingKey>(keyedBy: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested> {
        LeafEncoder(leaves: leaves, codingPath: codingPath + [key]).container(keyedBy: Nested.self)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        LeafEncoder(leaves: leaves, codingPath: codingPath + [key]).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { LeafEncoder(leaves: leaves, codingPath: codingPath) }
    func superEncoder(forKey key: Key) -> any Encoder {
        LeafEncoder(leaves: leaves, codingPath: codingPath + [key])
    }
}
