/// What a type reads when it is decoded, found by letting it decode from nothing: so that a test needs no second list of
/// the fields.
final class FieldProbe {
    struct Field: Equatable {
        let key: String
        /// "a number", "a whole number, or null".
        let type: String
    }

    private var fields: [Field] = []

    /// The fields of a type, in the order in which it reads them.
    static func fields<T: Decodable>(of type: T.Type) throws -> [Field] {
        let probe = FieldProbe()
        _ = try T(from: ProbingDecoder(probe: probe))
        return probe.fields
    }

    fileprivate func note(_ key: any CodingKey, _ type: Any.Type, isOptional: Bool) {
        fields.append(Field(key: key.stringValue, type: Self.name(type) + (isOptional ? ", or null" : "")))
    }

    private static func name(_ type: Any.Type) -> String {
        switch type {
        case is Bool.Type: "true or false"
        case is String.Type: "text"
        case is any BinaryInteger.Type: "a whole number"
        // The container for what JSON has no number for is private to the module.
        default: "a number"
        }
    }
}

private struct ProbingDecoder: Decoder {
    let probe: FieldProbe
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(ProbingContainer<Key>(probe: probe))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw NoSuchContainer() }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { Nothing() }
}

private struct NoSuchContainer: Error {}

private struct ProbingContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let probe: FieldProbe
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }

    func contains(_ key: Key) -> Bool { true }
    func decodeNil(forKey key: Key) -> Bool { false }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        probe.note(key, type, isOptional: false)
        return try T(from: ProbingDecoder(probe: probe))
    }

    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) -> Bool? { note(key, type) }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) -> String? { note(key, type) }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) -> Double? { note(key, type) }
    func decodeIfPresent(_ type: Float.Type, forKey key: Key) -> Float? { note(key, type) }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) -> Int? { note(key, type) }
    func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) -> UInt64? { note(key, type) }
    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) -> T? { note(key, type) }

    private func note<T>(_ key: Key, _ type: T.Type) -> T? {
        probe.note(key, type, isOptional: true)
        return nil
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { throw NoSuchContainer() }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw NoSuchContainer() }
    func superDecoder() throws -> any Decoder { throw NoSuchContainer() }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw NoSuchContainer() }
}

/// Zero, false, or the empty text.
private struct Nothing: SingleValueDecodingContainer {
    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool { false }
    func decode(_ type: Bool.Type) -> Bool { false }
    func decode(_ type: String.Type) -> String { "" }
    func decode(_ type: Double.Type) -> Double { 0 }
    func decode(_ type: Float.Type) -> Float { 0 }
    func decode(_ type: Int.Type) -> Int { 0 }
    func decode(_ type: Int8.Type) -> Int8 { 0 }
    func decode(_ type: Int16.Type) -> Int16 { 0 }
    func decode(_ type: Int32.Type) -> Int32 { 0 }
    func decode(_ type: Int64.Type) -> Int64 { 0 }
    func decode(_ type: UInt.Type) -> UInt { 0 }
    func decode(_ type: UInt8.Type) -> UInt8 { 0 }
    func decode(_ type: UInt16.Type) -> UInt16 { 0 }
    func decode(_ type: UInt32.Type) -> UInt32 { 0 }
    func decode(_ type: UInt64.Type) -> UInt64 { 0 }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { throw NoSuchContainer() }
}
