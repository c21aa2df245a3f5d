import Diagnostics

/// A plain struct of settings. `fields` lists what it holds; how it is read, written, checked and compared follows from
/// that list. The order of the list is that of files and of the documentation.
public protocol FieldGroup: Codable, Sendable, Equatable {
    /// The defaults.
    init()

    static var fields: [Field<Self>] { get }
}

extension FieldGroup {
    /// Keys that are absent keep their defaults; those that no field has are passed over.
    public init(from decoder: any Decoder) throws {
        self.init()
        let values = try decoder.container(keyedBy: FieldKey.self)
        for field in Self.fields { try field.read(values, &self) }
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: FieldKey.self)
        for field in Self.fields { try field.write(self, &values) }
    }

    /// Checks each field by itself.
    ///
    /// - Parameter group: what the group is called in files: "agent".
    /// - Throws: one line that names the first field whose value is refused.
    public func checkFields(of group: String) throws(UserError) {
        for field in Self.fields {
            if let objection = field.objection(self, "\(group).\(field.key)") { throw UserError(objection) }
        }
    }

    /// These settings with those of `defaults` in place of what is not set.
    public func filled(from defaults: Self) -> Self {
        var all = self
        for field in Self.fields where field.text(self) == nil { field.copy(&all, defaults) }
        return all
    }

    /// Keys of what is set here and not there, but for what asks for nothing: an empty text or a zero.
    public func keysBeyond(_ defaults: Self) -> [String] {
        Self.fields.filter { field in
            guard field.text(defaults) == nil, let text = field.text(self) else { return false }
            return !["", "0", "0.0"].contains(text)
        }.map(\.key)
    }

    /// Paths of the fields that say what a run is.
    public static func fixedPaths(of group: String) -> [String] {
        fields.filter(\.isFixed).map { "\(group).\($0.key)" }
    }

    /// What the fields' values must be, by path, where their types do not say all.
    public static func demands(of group: String) -> [String: String] {
        var demands: [String: String] = [:]
        for field in fields { demands["\(group).\(field.key)"] = field.demand }
        return demands
    }

    /// A line for each field that is not as in `other`.
    public func differences(from other: Self) -> [String] {
        Self.fields.compactMap { field in
            let (old, new) = (field.text(other), field.text(self))
            return old == new ? nil : "\(field.key) was \(old ?? "not set"), is now \(new ?? "not set")"
        }
    }

    /// What `--set` would be given for `fields`: "agent.modulation=true". Fields that are not set are left out.
    public func assignments(of fields: [Field<Self>], in group: String) -> [String] {
        fields.compactMap { field in field.text(self).map { "\(group).\(field.key)=\($0)" } }
    }
}
