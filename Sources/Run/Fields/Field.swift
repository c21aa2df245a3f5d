/// One field of a group of settings, declared once: its key, where its value lies in the group, and what it may be.
public struct Field<Group>: Sendable {
    /// Name in files: "free_nats".
    public let key: String
    /// What its value must be: "must be positive"; nil where its type says all.
    public let demand: String?
    let read: @Sendable (KeyedDecodingContainer<FieldKey>, inout Group) throws -> Void
    let write: @Sendable (Group, inout KeyedEncodingContainer<FieldKey>) throws -> Void
    /// Why the value in this group is refused, with the path that names it; nil where it is not.
    let objection: @Sendable (Group, String) -> String?
    /// The value in this group; nil where it is not set.
    let text: @Sendable (Group) -> String?
    /// Takes the value of the other group.
    let copy: @Sendable (inout Group, Group) -> Void
    /// Whether it says what a run is: then it stays when the run is resumed.
    private(set) var isFixed = false

    /// This field, which says what a run is.
    public var fixed: Field {
        var field = self
        field.isFixed = true
        return field
    }
}

extension Field {
    /// A field that always has a value.
    public init<Value: Codable & Sendable>(
        _ key: String, _ path: any WritableKeyPath<Group, Value> & Sendable, _ rule: Rule<Value> = .any
    ) {
        let name = FieldKey(key)
        self.init(
            key: key, demand: rule.isOpen ? nil : rule.demand,
            read: { values, group in
                if values.contains(name) { group[keyPath: path] = try values.decode(Value.self, forKey: name) }
            },
            write: { group, values in try values.encode(group[keyPath: path], forKey: name) },
            objection: { group, name in rule.objection(to: group[keyPath: path], at: name) },
            text: { "\($0[keyPath: path])" }, copy: { $0[keyPath: path] = $1[keyPath: path] })
    }

    /// A field that may be left to somebody else's choice.
    public init<Value: Codable & Sendable>(
        _ key: String, optional path: any WritableKeyPath<Group, Value?> & Sendable, _ rule: Rule<Value> = .any
    ) {
        let name = FieldKey(key)
        self.init(
            key: key, demand: rule.isOpen ? nil : rule.demand,
            read: { values, group in
                if values.contains(name) {
                    group[keyPath: path] = try values.decodeIfPresent(Value.self, forKey: name)
                }
            },
            write: { group, values in try values.encodeIfPresent(group[keyPath: path], forKey: name) },
            objection: { group, name in group[keyPath: path].flatMap { rule.objection(to: $0, at: name) } },
            text: { group in group[keyPath: path].map { "\($0)" } }, copy: { $0[keyPath: path] = $1[keyPath: path] })
    }

    /// This field in a group that holds this one, under the same key.
    public func lifted<Whole>(_ path: any WritableKeyPath<Whole, Group> & Sendable) -> Field<Whole> {
        Field<Whole>(
            key: key, demand: demand, read: { try read($0, &$1[keyPath: path]) },
            write: { try write($0[keyPath: path], &$1) },
            objection: { objection($0[keyPath: path], $1) }, text: { text($0[keyPath: path]) },
            copy: { copy(&$0[keyPath: path], $1[keyPath: path]) }, isFixed: isFixed)
    }
}

/// The key of a field, as coders want it.
struct FieldKey: CodingKey {
    let stringValue: String

    init(_ key: String) { stringValue = key }
    init?(stringValue: String) { self.init(stringValue) }
    var intValue: Int? { nil }
    init?(intValue: Int) { nil }
}
