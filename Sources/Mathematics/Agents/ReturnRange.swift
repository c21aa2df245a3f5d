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

    /// Moves towards the percentiles of `returns`, whose order is lost.
    mutating func update(reordering returns: Tensor) {
        low = decay * low + (1 - decay) * returns.quantile(0.05)
        high = decay * high + (1 - decay) * returns.quantile(0.95)
    }
}
