import CWireMessages
import NIOCore

#if _endian(big)
    #error("the values of weights are copied as they lie in memory, which must be little-endian")
#endif

extension WeightsOffer {
    func packed() -> [UInt8] {
        pack(
            wire__weights_offer__init, wire__weights_offer__get_packed_size, wire__weights_offer__pack,
            Wire__WeightsOffer()
        ) { message, _ in
            message.version = version
            message.total_bytes = totalBytes
            message.chunk_count = chunkCount
            message.checksum = checksum
            message.learner_generation = learnerGeneration
        }
    }

    init(packed bytes: ByteBuffer) throws(WireError) {
        self = try unpack(bytes, .weightsOffer, wire__weights_offer__unpack, wire__weights_offer__free_unpacked) {
            message throws(WireError) in
            WeightsOffer(
                version: message.version, totalBytes: message.total_bytes, chunkCount: message.chunk_count,
                checksum: message.checksum, learnerGeneration: message.learner_generation)
        }
    }
}

extension WeightsChunk {
    func packed() -> [UInt8] {
        pack(
            wire__weights_chunk__init, wire__weights_chunk__get_packed_size, wire__weights_chunk__pack,
            Wire__WeightsChunk()
        ) { message, _ in
            message.version = version
            message.index = index
        }
    }

    init(packed bytes: ByteBuffer) throws(WireError) {
        self = try unpack(bytes, .weightsChunk, wire__weights_chunk__unpack, wire__weights_chunk__free_unpacked) {
            message throws(WireError) in
            WeightsChunk(version: message.version, index: message.index)
        }
    }
}

extension PolicyWeights {
    /// Most bytes of the message before the values.
    static let maximumMessage = 1 << 20

    /// All chunks together: length of the message, message, values.
    func encoded() -> ByteBuffer {
        let message = packed()
        precondition(message.count <= Self.maximumMessage, "names and shapes of weights take \(message.count) bytes")
        var buffer = ByteBuffer()
        buffer.reserveCapacity(4 + message.count + tensors.reduce(0) { $0 + 4 * $1.values.count })
        buffer.writeInteger(UInt32(message.count), endianness: .little)
        buffer.writeBytes(message)
        for tensor in tensors {
            _ = tensor.values.withUnsafeBytes { buffer.writeBytes($0) }
        }
        return buffer
    }

    /// What `encoded` returned. Sizes are checked before values are copied.
    public init(encoded bytes: ByteBuffer) throws(WireError) {
        var bytes = bytes
        guard let length = bytes.readInteger(endianness: .little, as: UInt32.self), length <= Self.maximumMessage,
            let message = bytes.readSlice(length: Int(length))
        else { throw .weights("their message is too short or too long") }
        let values = bytes
        self = try unpack(message, .weightsChunk, wire__policy_weights__unpack, wire__policy_weights__free_unpacked) {
            message throws(WireError) in
            var tensors: [Tensor] = []
            var offset = 0
            for item in list(message.n_tensors, message.tensors).compactMap(\.self) {
                let tensor = try Tensor(item.pointee, offset: offset, in: values)
                offset += 4 * tensor.values.count
                tensors.append(tensor)
            }
            guard offset == values.readableBytes else {
                throw .weights("their tensors take \(offset) of \(values.readableBytes) bytes")
            }
            return PolicyWeights(version: message.version, tensors: tensors)
        }
    }

    private func packed() -> [UInt8] {
        pack(
            wire__policy_weights__init, wire__policy_weights__get_packed_size, wire__policy_weights__pack,
            Wire__PolicyWeights()
        ) { message, arena in
            message.version = version
            var offset = 0
            message.tensors = arena.pointers(
                tensors.map { tensor in
                    defer { offset += 4 * tensor.values.count }
                    return tensor.message(offset: offset, arena)
                })
            message.n_tensors = tensors.count
        }
    }
}

extension PolicyWeights.Tensor {
    fileprivate func message(offset: Int, _ arena: PackingArena) -> Wire__PolicyTensor {
        precondition(
            shape.reduce(1, *) == values.count, "tensor \(name) of shape \(shape) has \(values.count) values")
        var message = Wire__PolicyTensor()
        wire__policy_tensor__init(&message)
        message.name = arena.string(name)
        message.shape = arena.array(shape.map { UInt64($0) })
        message.n_shape = shape.count
        message.offset_bytes = UInt64(offset)
        message.length_bytes = UInt64(4 * values.count)
        return message
    }

    /// The tensor whose values start `offset` bytes after the first of all.
    fileprivate init(_ message: Wire__PolicyTensor, offset: Int, in bytes: ByteBuffer) throws(WireError) {
        name = try text(message.name, "name", .weightsChunk)
        shape = []
        var count = 1
        for size in list(message.n_shape, message.shape) {
            let (product, overflow) = count.multipliedReportingOverflow(by: Int(clamping: size))
            guard !overflow, product <= bytes.readableBytes / 4 else {
                throw .weights("tensor \(name) is larger than all values together")
            }
            shape.append(Int(clamping: size))
            count = product
        }
        guard message.offset_bytes == offset, message.length_bytes == 4 * count,
            let slice = bytes.getSlice(at: bytes.readerIndex + offset, length: 4 * count)
        else {
            throw .weights("tensor \(name) does not lie where it should")
        }
        // Safe: the array has room for `count` values and the slice holds their 4 × count bytes.
        values = [Float](unsafeUninitializedCapacity: count) { values, used in
            slice.withUnsafeReadableBytes { UnsafeMutableRawBufferPointer(values).copyMemory(from: $0) }
            used = count
        }
    }
}
