// The conformances that the compiler writes for the measurements call these instead of the standard library's methods of
// the same types, because a declaration of the own module comes first. So a line has all keys of its kind, and each line
// can be parsed: what is absent is null, and what JSON has no number for (infinite, not a number) is null and is read as
// not a number.

extension KeyedEncodingContainer {
    mutating func encode(_ value: Double, forKey key: Key) throws {
        try encode(NumberOrNull(value: value), forKey: key)
    }

    mutating func encodeIfPresent(_ value: Double?, forKey key: Key) throws {
        try encode(NumberOrNull(value: value), forKey: key)
    }

    mutating func encodeIfPresent(_ value: Int?, forKey key: Key) throws {
        if let value { try encode(value, forKey: key) } else { try encodeNil(forKey: key) }
    }

    mutating func encodeIfPresent(_ value: String?, forKey key: Key) throws {
        if let value { try encode(value, forKey: key) } else { try encodeNil(forKey: key) }
    }
}

extension KeyedDecodingContainer {
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double {
        try decode(NumberOrNull.self, forKey: key).value ?? .nan
    }
}

private struct NumberOrNull: Codable {
    let value: Double?

    init(value: Double?) {
        self.value = value.flatMap { $0.isFinite ? $0 : nil }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        value = container.decodeNil() ? nil : try container.decode(Double.self)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let value { try container.encode(value) } else { try container.encodeNil() }
    }
}
