/// Convolutions' kernels as their products read them, kept for as long as the parameters stay what they are: acting makes
/// a few small products with the same weights at every step.
public final class PackedKernels {
    private let arena = Arena(chunkBytes: 2 << 20)
    private var packed: [UnsafeMutablePointer<Float>: UnsafePointer<Float>] = [:]

    public init() {}

    /// Forgets everything: parameters have new values.
    public func removeAll() {
        packed.removeAll(keepingCapacity: true)
        arena.reset()
    }

    /// What `pack` made of `parameter`, which it is asked for once.
    /// - Parameter room: values that it writes.
    func packed(
        _ parameter: Parameter, _ room: Int, _ pack: (UnsafeMutablePointer<Float>) -> Void
    ) -> UnsafePointer<Float> {
        if let known = packed[parameter.value.data] { return known }
        let values = arena.allocate(Float.self, room)
        pack(values)
        packed[parameter.value.data] = UnsafePointer(values)
        return UnsafePointer(values)
    }
}
