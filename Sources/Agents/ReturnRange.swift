import Tensors

/// The moving 5th and 95th percentile of imagined returns, which scale the advantage.
public struct ReturnRange: Codable, Sendable, Equatable {
    public var low: Float = 0
    public var high: Float = 0
    public var decay: Float

    public init(decay: Float) {
        self.decay = decay
    }

    /// max(1, high − low).
    public var scale: Float { max(1, high - low) }

    /// Moves towards the percentiles of `returns`.
    mutating func update(_ returns: Tensor) {
        let sorted = returns.array.sorted()
        low = decay * low + (1 - decay) * Self.quantile(sorted, 0.05)
        high = decay * high + (1 - decay) * Self.quantile(sorted, 0.95)
    }

    /// Linear interpolation between the neighbours in order.
    static func quantile(_ sorted: [Float], _ fraction: Double) -> Float {
        let position = fraction * Double(sorted.count - 1)
        let below = Int(position)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + Float(position - Double(below)) * (sorted[above] - sorted[below])
    }
}
