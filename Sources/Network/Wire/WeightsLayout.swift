import CWireMessages
import Numbers

/// How the values of a policy's tensors follow one another where they are computed with: float32, each tensor row by row, as learner and actors keep
/// them in memory.
public struct WeightsLayout: Sendable, Equatable {
    /// One tensor's name and place.
    public struct Tensor: Sendable, Equatable {
        public var name: String
        /// [rows, columns]; a product's weight is [in, out].
        public var shape: [Int]
        /// Bytes of values before it.
        public var offset: Int
    }

    /// Equal where names, shapes and order are: a number that both ends compute from the agent's configuration.
    public let fingerprint: UInt64
    public let tensors: [Tensor]
    /// Bytes of all values.
    public let byteCount: Int

    /// - Parameter tensors: in the order of their values.
    public init(fingerprint: UInt64, tensors: [(name: String, shape: [Int])]) {
        self.fingerprint = fingerprint
        var offset = 0
        self.tensors = tensors.map { tensor in
            defer { offset += 4 * tensor.shape.reduce(1, *) }
            return Tensor(name: tensor.name, shape: tensor.shape, offset: offset)
        }
        byteCount = offset
    }
}

/// What stands before the values.
struct WeightsHead: Sendable, Equatable {
    var version: UInt64
    var layout: WeightsLayout
    var precision: Precision
}

extension WeightsHead: Packable {
    static var type: MessageType { .weightsChunk }
    static var initialize: (UnsafeMutablePointer<Wire__PolicyWeights>) -> Void { wire__policy_weights__init }

    func fill(_ packed: inout Wire__PolicyWeights, _ arena: PackingArena) {
        packed.version = version
        packed.layout = layout.fingerprint
        let tensors = layout.tensors.map { tensor in
            var sent = tensor
            sent.offset = tensor.offset / MemoryLayout<Float>.size * precision.bytes
            return sent
        }
        packed.tensors = arena.messages(tensors)
        packed.n_tensors = tensors.count
        // Float32 is what is not said.
        packed.value_bytes = precision == .float32 ? 0 : UInt32(precision.bytes)
    }

    init(_ packed: Wire__PolicyWeights) throws(WireError) {
        let tensors = try Self.list(packed.n_tensors, packed.tensors, of: WeightsLayout.Tensor.self)
        precision = try Self.precision(bytes: packed.value_bytes)
        var end = 0
        for tensor in tensors {
            guard tensor.offset == end else { throw .weights("tensor \(tensor.name) does not lie where it should") }
            end = try tensor.end(precision)
        }
        version = packed.version
        layout = WeightsLayout(fingerprint: packed.layout, tensors: tensors.map { ($0.name, $0.shape) })
    }
}

extension WeightsHead {
    /// Bytes of all values as they are sent.
    var byteCount: Int { layout.byteCount / MemoryLayout<Float>.size * precision.bytes }

    private static func precision(bytes: UInt32) throws(WireError) -> Precision {
        switch bytes {
        case 0, 4: .float32
        case 2: .bfloat16
        default: throw .weights("their values have \(bytes) bytes each")
        }
    }
}

extension Precision {
    /// Of a value.
    fileprivate var bytes: Int {
        switch self {
        case .float32: 4
        case .bfloat16: 2
        }
    }
}

extension WeightsLayout.Tensor: Packable {
    static var type: MessageType { .weightsChunk }
    static var initialize: (UnsafeMutablePointer<Wire__PolicyTensor>) -> Void { wire__policy_tensor__init }

    func fill(_ packed: inout Wire__PolicyTensor, _ arena: PackingArena) {
        packed.name = arena.string(name)
        packed.shape = arena.array(shape.map { UInt64($0) })
        packed.n_shape = shape.count
        packed.offset_bytes = UInt64(offset)
    }

    init(_ packed: Wire__PolicyTensor) throws(WireError) {
        name = try Self.name(packed.name, "name")
        shape = Self.list(packed.n_shape, packed.shape).map { Int(clamping: $0) }
        offset = Int(clamping: packed.offset_bytes)
    }

    /// Bytes of values up to its last; more than a message may hold are refused.
    fileprivate func end(_ precision: Precision) throws(WireError) -> Int {
        var bytes = precision.bytes
        for size in shape {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
            guard !overflow, product <= Int(UInt32.max) else { throw .weights("tensor \(name) is too large") }
            bytes = product
        }
        return offset + bytes
    }
}
