/// The fields of one protobuf message, in the order in which they are added.
///
/// ONNX needs four kinds of them, and its tensors are too large to be built as objects first.
struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    mutating func number(_ field: Int, _ value: Int) {
        key(field, 0)
        varint(UInt64(bitPattern: Int64(value)))
    }

    mutating func float(_ field: Int, _ value: Float) {
        key(field, 5)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func text(_ field: Int, _ value: String) { data(field, Array(value.utf8)) }

    /// The values one after the other as the machine keeps them, which is little-endian on all that are supported.
    mutating func raw<Value: BitwiseCopyable>(_ field: Int, _ values: [Value]) {
        values.withUnsafeBytes { data in
            key(field, 2)
            varint(UInt64(data.count))
            bytes.append(contentsOf: data)
        }
    }

    mutating func message(_ field: Int, _ fill: (inout ProtobufWriter) -> Void) {
        var message = ProtobufWriter()
        fill(&message)
        data(field, message.bytes)
    }

    private mutating func data(_ field: Int, _ data: [UInt8]) {
        key(field, 2)
        varint(UInt64(data.count))
        bytes += data
    }

    private mutating func key(_ field: Int, _ kind: UInt64) { varint(UInt64(field) << 3 | kind) }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest > 0x7F {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
