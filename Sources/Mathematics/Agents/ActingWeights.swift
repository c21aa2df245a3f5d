import Tensors

// The weights that acting needs, as they go from the learner to its actors: the values one after the other as both
// parameter stores keep them, so that they are copied once at each end and never transposed. `actingLayout` is the same
// at both ends where the agent's configuration is.

extension Agent {
    /// Copies the weights that acting needs into `bytes`, in the order of `actingLayout`.
    /// - Parameter bytes: `actingLayout.byteCount` of them.
    public func copyActingWeights(into bytes: UnsafeMutableRawBufferPointer) {
        store.copyValues(actingLayout, into: bytes)
    }

    /// The same as an array, for a policy in this process.
    public var actingWeightBytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: actingLayout.byteCount) { bytes, count in
            count = actingLayout.byteCount
            copyActingWeights(into: UnsafeMutableRawBufferPointer(start: bytes.baseAddress, count: count))
        }
    }
}

extension ActingPolicy {
    /// What is wrong with weights that were offered, in one line.
    public struct WeightsError: Error, CustomStringConvertible {
        public let description: String
    }

    /// Replaces all weights by what `Agent.copyActingWeights` gave, or none.
    /// - Parameters:
    ///   - bytes: `actingLayout.byteCount` of them.
    ///   - fingerprint: of the layout that they were copied in.
    public func load(
        _ bytes: UnsafeRawBufferPointer, fingerprint: UInt64, version: UInt64
    ) throws(WeightsError) {
        try checkLayout(fingerprint, bytes: bytes.count, version)
        replaceWeights(version: version) { $0.setValues(actingLayout, from: bytes) }
    }

    /// Replaces all weights by those of an agent in this process.
    public func load(from agent: Agent, version: UInt64) throws(WeightsError) {
        let bytes = agent.actingWeightBytes
        try checkLayout(agent.actingLayout.fingerprint, bytes: bytes.count, version)
        replaceWeights(version: version) { store in bytes.withUnsafeBytes { store.setValues(actingLayout, from: $0) } }
    }

    private func checkLayout(_ fingerprint: UInt64, bytes: Int, _ version: UInt64) throws(WeightsError) {
        guard fingerprint == actingLayout.fingerprint else {
            throw WeightsError(
                description: "weights of version \(version) are those of another agent, or of another release")
        }
        guard bytes == actingLayout.byteCount else {
            throw WeightsError(
                description: "weights of version \(version) have \(bytes) bytes, not \(actingLayout.byteCount)")
        }
    }

    /// Replaces all weights by a checkpoint's, or none.
    /// - Parameter weights: values by name in the archive's order; other names are ignored.
    public func load(_ weights: [String: [Float]], version: UInt64) throws(WeightsError) {
        let specifications = Self.specifications(configuration)
        for specification in specifications {
            guard let values = weights[specification.name] else {
                throw WeightsError(description: "weights of version \(version) lack \(specification.name)")
            }
            guard values.count == specification.count else {
                throw WeightsError(
                    description: "\(specification.name) has \(values.count) values, not \(specification.count)")
            }
        }
        replaceWeights(version: version) { store in
            for specification in specifications {
                store.restore(specification.name, from: weights[specification.name]!)
            }
        }
    }
}
