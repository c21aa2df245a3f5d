/// An array of NumPy's file format (.npy), versions 1 to 3: little-endian, in C's order.
struct NumpyArray: Equatable {
    enum Kind: String {
        case bool = "|b1"
        case uint8 = "|u1"
        case int32 = "<i4"
        case int64 = "<i8"
        case float32 = "<f4"
        case float64 = "<f8"

        var bytes: Int {
            switch self {
            case .bool, .uint8: 1
            case .int32, .float32: 4
            case .int64, .float64: 8
            }
        }
    }

    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    let kind: Kind
    let shape: [Int]
    let bytes: [UInt8]

    init(_ bytes: [UInt8], _ shape: [Int], _ kind: Kind = .uint8) {
        (self.kind, self.shape, self.bytes) = (kind, shape, bytes)
    }

    init(_ values: [Float], _ shape: [Int]) {
        var bytes: [UInt8] = []
        for value in values { bytes.append(Int(value.bitPattern), of: 4) }
        self.init(bytes, shape, .float32)
    }

    init(_ values: [Bool]) {
        self.init(values.map { $0 ? 1 : 0 }, [values.count], .bool)
    }

    /// - Throws: in one line, what about it cannot be read.
    init(file: [UInt8]) throws(EpisodeFileError) {
        guard file.starts(with: Self.magic), let version = file.number(at: 6, of: 1), (1...3).contains(version),
            let length = file.number(at: 8, of: version == 1 ? 2 : 4)
        else { throw EpisodeFileError("is no array of NumPy") }
        let start = (version == 1 ? 10 : 12) + length
        guard start <= file.count else { throw EpisodeFileError("is cut off") }
        let header = String(decoding: file[(version == 1 ? 10 : 12)..<start], as: UTF8.self)
        guard let type = header.firstMatch(of: /'descr': *'([^']*)'/)?.1,
            let dimensions = header.firstMatch(of: /'shape': *\(([0-9, ]*)\)/)?.1
        else { throw EpisodeFileError("has a header that cannot be read: \(header.prefix(80))") }
        guard let kind = Kind(rawValue: String(type)) else {
            throw EpisodeFileError("holds \(type): bool, uint8, int32, int64, float32 and float64 are read")
        }
        guard header.contains("'fortran_order': False") else { throw EpisodeFileError("is in Fortran's order") }
        let shape = dimensions.split(separator: ",").compactMap { Int($0.filter { $0 != " " }) }
        var size = kind.bytes
        for dimension in shape {
            let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
            guard !overflow else { throw EpisodeFileError("has the shape \(shape)") }
            size = product
        }
        guard size == file.count - start else {
            throw EpisodeFileError("holds \(file.count - start) bytes, its shape \(shape) takes \(size)")
        }
        self.init(Array(file[start...]), shape, kind)
    }

    /// The file.
    var file: [UInt8] {
        let dimensions = shape.map { "\($0)," }.joined(separator: " ")
        var header = "{'descr': '\(kind.rawValue)', 'fortran_order': False, 'shape': (\(dimensions)), }"
        // The values begin at a multiple of 64 bytes.
        header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
        var file = Self.magic + [1, 0]
        file.append(header.utf8.count, of: 2)
        return file + Array(header.utf8) + bytes
    }

    /// Its values as numbers of 32 bits.
    var floats: [Float] {
        let places = stride(from: 0, to: bytes.count, by: kind.bytes)
        func bits(_ place: Int) -> UInt64 { UInt64(truncatingIfNeeded: bytes.number(at: place, of: kind.bytes) ?? 0) }
        return switch kind {
        case .bool, .uint8: bytes.map { Float($0) }
        case .int32: places.map { Float(Int32(truncatingIfNeeded: bits($0))) }
        case .int64: places.map { Float(Int64(bitPattern: bits($0))) }
        case .float32: places.map { Float(bitPattern: UInt32(truncatingIfNeeded: bits($0))) }
        case .float64: places.map { Float(Double(bitPattern: bits($0))) }
        }
    }
}
