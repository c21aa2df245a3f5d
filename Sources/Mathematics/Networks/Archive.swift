import Files
import Foundation

/// What is wrong with an archive, in one line.
public struct ArchiveError: Error, CustomStringConvertible {
    public let description: String

    /// - Parameter description: line breaks become spaces: names come from files.
    public init(_ description: String) {
        self.description = description.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}

/// Named tensors in the safetensors format: a length, a JSON header, raw little-endian elements.
public struct Archive: Sendable {
    public enum Element: String, Sendable {
        case float32 = "F32"
        case uint8 = "U8"

        var size: Int { self == .float32 ? 4 : 1 }
    }

    public struct Entry: Sendable {
        public let element: Element
        public let shape: [Int]
        let bytes: Data
    }

    public private(set) var entries: [String: Entry] = [:]
    /// Free text beside the tensors.
    public var metadata: [String: String] = [:]
    /// Whether it was read from bytes with a checksum, which was right.
    public private(set) var isSealed = false

    public init() {}

    public var names: [String] { entries.keys.sorted() }

    // MARK: Elements

    public mutating func set(_ name: String, _ values: [Float], shape: [Int]) {
        precondition(values.count == shape.reduce(1, *), "\(values.count) values do not have the shape \(shape)")
        entries[name] = Entry(element: .float32, shape: shape, bytes: values.withUnsafeBytes { Data($0) })
    }

    public mutating func set(_ name: String, bytes: [UInt8], shape: [Int]) {
        precondition(bytes.count == shape.reduce(1, *), "\(bytes.count) bytes do not have the shape \(shape)")
        entries[name] = Entry(element: .uint8, shape: shape, bytes: Data(bytes))
    }

    /// The Float32 elements of `name`, which must have `shape` where one is given.
    public func floats(_ name: String, shape: [Int]? = nil) throws -> [Float] {
        let entry = try entry(name, .float32, shape)
        return [Float](unsafeUninitializedCapacity: entry.bytes.count / 4) { buffer, count in
            count = entry.bytes.copyBytes(to: buffer) / 4
        }
    }

    /// The bytes of `name`, which must have `shape` where one is given.
    public func uint8s(_ name: String, shape: [Int]? = nil) throws -> [UInt8] {
        [UInt8](try entry(name, .uint8, shape).bytes)
    }

    private func entry(_ name: String, _ element: Element, _ shape: [Int]?) throws -> Entry {
        guard let entry = entries[name] else { throw ArchiveError("the tensor \(name) is missing") }
        guard entry.element == element else {
            throw ArchiveError("the tensor \(name) has elements \(entry.element.rawValue), not \(element.rawValue)")
        }
        if let shape, shape != entry.shape {
            throw ArchiveError("the tensor \(name) has the shape \(entry.shape), not \(shape)")
        }
        return entry
    }

    // MARK: Files

    private struct Field: Codable {
        let dtype: String
        let shape: [Int]
        let data_offsets: [Int]
    }

    /// Reads a file; throws where it is not readable, not an archive, or cut short.
    public init(contentsOf url: URL) throws {
        let data: Data
        do { data = try Data(contentsOf: url) } catch {
            throw ArchiveError("\(url.path) cannot be read: \(error.localizedDescription)")
        }
        do { try self.init(data) } catch let error as ArchiveError {
            throw ArchiveError("\(url.path): \(error.description)")
        }
    }

    public init(_ data: Data) throws {
        guard data.count >= 8 else { throw ArchiveError("not a safetensors file: \(data.count) bytes") }
        let length = data.prefix(8).enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << (8 * $1.offset) }
        guard length <= UInt64(data.count - 8), length < 100_000_000 else {
            throw ArchiveError("not a safetensors file, or cut short: a header of \(length) bytes")
        }
        let body = data.startIndex + 8 + Int(length)
        guard let header = try? JSONSerialization.jsonObject(with: data[(data.startIndex + 8)..<body]) as? [String: Any]
        else { throw ArchiveError("the header is not JSON") }
        for (name, value) in header {
            if name == "__metadata__" {
                metadata = value as? [String: String] ?? [:]
                continue
            }
            guard JSONSerialization.isValidJSONObject(value),
                let field = try? JSONDecoder().decode(Field.self, from: JSONSerialization.data(withJSONObject: value)),
                field.data_offsets.count == 2
            else { throw ArchiveError("the header's entry for \(name) is not a tensor") }
            entries[name] = try Self.entry(name, field, data, body)
        }
        guard let seal = metadata.removeValue(forKey: Self.seal) else { return }
        guard try Self.seal(of: data) == seal else { throw ArchiveError("its checksum is not that of its bytes") }
        isSealed = true
    }

    private static func entry(_ name: String, _ field: Field, _ data: Data, _ body: Int) throws -> Entry {
        guard let element = Element(rawValue: field.dtype) else {
            throw ArchiveError("the tensor \(name) has elements \(field.dtype); F32 and U8 are known")
        }
        let (from, to) = (field.data_offsets[0], field.data_offsets[1])
        guard from >= 0, from <= to, to <= data.endIndex - body, field.shape.allSatisfy({ $0 >= 0 && $0 < 1 << 40 })
        else { throw ArchiveError("the tensor \(name) lies outside the file, which may be cut short") }
        var bytes = element.size
        for extent in field.shape {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
            guard !overflow else { throw ArchiveError("the tensor \(name) has the impossible shape \(field.shape)") }
            bytes = product
        }
        guard to - from == bytes else {
            throw ArchiveError(
                "the tensor \(name) has \(to - from) bytes, its shape \(field.shape) needs another number")
        }
        return Entry(element: element, shape: field.shape, bytes: data[(body + from)..<(body + to)])
    }

    /// The file's bytes, tensors in the order of their names.
    public func data() throws -> Data {
        var header: [String: Any] = [:]
        if !metadata.isEmpty { header["__metadata__"] = metadata }
        var offset = 0
        for name in names {
            let entry = entries[name]!
            header[name] = [
                "dtype": entry.element.rawValue, "shape": entry.shape,
                "data_offsets": [offset, offset + entry.bytes.count],
            ]
            offset += entry.bytes.count
        }
        var text = try JSONSerialization.data(withJSONObject: header, options: [.sortedKeys])
        // Elements start at a multiple of eight bytes.
        while text.count % 8 != 0 { text.append(0x20) }
        var data = Data(capacity: 8 + text.count + offset)
        withUnsafeBytes(of: UInt64(text.count).littleEndian) { data.append(contentsOf: $0) }
        data.append(text)
        for name in names { data.append(entries[name]!.bytes) }
        return data
    }

    /// Writes the file so that a reader sees the old one or the new one, also after a power cut.
    /// - Parameter sealed: with a checksum over all of it.
    public func write(to url: URL, sealed: Bool = false) throws {
        try DurableFile.replace(url.path, with: sealed ? try sealedData() : try data())
    }
}
