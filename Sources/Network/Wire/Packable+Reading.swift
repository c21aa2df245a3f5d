import Diagnostics

/// What a message's fields are judged by when it is read.
extension Packable {
    /// Counts and versions stay below: sums of some thousand of them are numbers, too, and exact in JSON.
    static var countLimit: UInt64 { 1 << 53 }

    /// A count, a version, or anything else that is reckoned with.
    static func count(_ field: UInt64, _ name: String) throws(WireError) -> UInt64 {
        guard field < countLimit else { throw .field(type, "\(name) is \(field), which is not below 2^53") }
        return field
    }

    /// A measured number: finite, also after some have been summed or squared.
    static func number(_ field: Double, _ name: String) throws(WireError) -> Double {
        guard field.magnitude < 1e100 else { throw .field(type, "\(name) is \(field)") }
        return field
    }

    /// A string: UTF-8 of at most `maximum` bytes, without a zero byte.
    static func text(
        _ field: UnsafeMutablePointer<CChar>?, _ name: String, maximum: Int = 1024
    ) throws(WireError) -> String {
        guard let field else { return "" }
        let bytes = UnpackedMemory.bytes(of: field)
        guard bytes.count <= maximum else { throw .field(type, "\(name) is longer than \(maximum) bytes") }
        guard !bytes.contains(0) else { throw .field(type, "\(name) holds a zero byte") }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .field(type, "\(name) is not UTF-8") }
        return text
    }

    /// A string for people: made fit for a terminal, however long it is.
    static func line(_ field: UnsafeMutablePointer<CChar>?, _ name: String) throws(WireError) -> String {
        try text(field, name, maximum: .max).printable()
    }

    /// A string that is compared or parsed, and shown as well.
    /// - Parameter isText: whether it may have several lines.
    static func name(
        _ field: UnsafeMutablePointer<CChar>?, _ name: String, maximum: Int = 1024, isText: Bool = false
    ) throws(WireError) -> String {
        let text = try text(field, name, maximum: maximum)
        guard text.unicodeScalars.allSatisfy({ $0.isPrintable || isText && $0 == "\n" }) else {
            throw .field(type, "\(name) holds characters that cannot be printed")
        }
        return text
    }

    /// A repeated field of numbers.
    static func list<Element>(_ count: Int, _ elements: UnsafeMutablePointer<Element>?) -> [Element] {
        [Element](UnsafeBufferPointer(start: elements, count: elements == nil ? 0 : count))
    }

    /// A repeated field of messages.
    static func list<Element: Packable>(
        _ count: Int, _ elements: UnsafeMutablePointer<UnsafeMutablePointer<Element.Packed>?>?, of: Element.Type
    ) throws(WireError) -> [Element] {
        var values: [Element] = []
        for element in list(count, elements) {
            if let element { values.append(try Element(element.pointee)) }
        }
        return values
    }
}
