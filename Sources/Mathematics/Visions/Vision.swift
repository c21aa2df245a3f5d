/// One sequence of frames as it was, and what is seen of it.
public struct Vision: Sendable {
    public let kind: VisionKind
    /// Side of the square frames, and their channels.
    public let size: Int
    public let channels: Int
    /// Frames that the world model has seen; all of them where nothing is predicted.
    public let context: Int
    /// What was observed, a frame a step [size, size, channels].
    public let truth: [[UInt8]]
    /// What moves in each, 255 or 0.
    public let masks: [[UInt8]]
    /// o′.
    public let differentials: [[UInt8]]
    /// What the world model shows; empty for a mask.
    public let model: [[UInt8]]
    /// Predicted rewards, one a step; empty for a mask.
    public let rewards: [Float]

    public init(
        kind: VisionKind, size: Int, channels: Int, context: Int, truth: [[UInt8]], masks: [[UInt8]],
        differentials: [[UInt8]] = [], model: [[UInt8]] = [], rewards: [Float] = []
    ) {
        precondition(
            masks.count == truth.count && (model.isEmpty || model.count == truth.count),
            "\(masks.count) masks and \(model.count) pictures of \(truth.count) frames")
        (self.kind, self.size, self.channels, self.context) = (kind, size, channels, context)
        (self.truth, self.masks, self.differentials) = (truth, masks, differentials)
        (self.model, self.rewards) = (model, rewards)
    }

    /// Whether there is a frame to compare with: what the policy imagines has none.
    func hasTruth(_ step: Int) -> Bool { kind != .imagination || step < context }
}
