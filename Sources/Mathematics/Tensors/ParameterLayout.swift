/// Where each of several parameters lies when their values stand one after the other, each as a store keeps it: weights
/// go from store to store this way without a change of their order.
///
/// Values are Float32 in the order of bytes of this machine, which is little-endian on all that are supported.
public struct ParameterLayout: Sendable, Equatable {
    /// One parameter's place.
    public struct Place: Sendable, Equatable {
        public let name: String
        /// Rows and columns in memory: a product's weight is [in, out].
        public let rows: Int
        public let columns: Int
        /// Bytes that lie before it.
        public let offset: Int

        public var byteCount: Int { rows * columns * MemoryLayout<Float>.size }
    }

    /// In the order of the specifications.
    public let places: [Place]
    /// Bytes of all values.
    public let byteCount: Int
    /// Two layouts with equal fingerprints have the same parameters, shapes and order.
    public let fingerprint: UInt64

    public init(_ specifications: [ParameterSpecification]) {
        var places: [Place] = []
        var offset = 0
        for specification in specifications {
            let place = Place(
                name: specification.name, rows: specification.rows, columns: specification.columns, offset: offset)
            places.append(place)
            offset += place.byteCount
        }
        self.places = places
        byteCount = offset
        // The archive's shape tells orders apart that give the same rows and columns.
        let text = zip(places, specifications).map { "\($0.name) \($0.rows) \($0.columns) \($1.shape)" }
        fingerprint = StableHash.of("float32\n" + text.joined(separator: "\n"))
    }
}

extension ParameterStore {
    /// Copies the values of a layout's parameters into `bytes`, each once.
    /// - Parameter bytes: `layout.byteCount` of them.
    public func copyValues(_ layout: ParameterLayout, into bytes: UnsafeMutableRawBufferPointer) {
        precondition(bytes.count == layout.byteCount, "\(bytes.count) bytes for weights of \(layout.byteCount)")
        for place in layout.places {
            // Safe: the slice has as many bytes as the tensor, and the tensor lives as long as this store.
            UnsafeMutableRawBufferPointer(rebasing: bytes[place.offset..<place.offset + place.byteCount])
                .copyMemory(from: values(at: place))
        }
    }

    /// Sets the values of a layout's parameters from `bytes`, each copied once.
    /// - Parameter bytes: `layout.byteCount` of them, aligned in any way.
    public func setValues(_ layout: ParameterLayout, from bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count == layout.byteCount, "\(bytes.count) bytes for weights of \(layout.byteCount)")
        for place in layout.places {
            // Safe: as above.
            UnsafeMutableRawBufferPointer(mutating: values(at: place)).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: bytes[place.offset..<place.offset + place.byteCount]))
        }
    }

    private func values(at place: ParameterLayout.Place) -> UnsafeRawBufferPointer {
        let value = self[place.name].value
        precondition(
            value.rows == place.rows && value.columns == place.columns,
            "\(place.name) is [\(value.rows), \(value.columns)], not [\(place.rows), \(place.columns)]")
        return UnsafeRawBufferPointer(start: value.data, count: place.byteCount)
    }
}
