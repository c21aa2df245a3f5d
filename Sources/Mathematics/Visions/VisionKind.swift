/// What can be looked at.
public enum VisionKind: String, Codable, CaseIterable, Sendable {
    /// What moves, and the differential observation o′ that is left of a frame; needs no world model.
    case mask
    /// What the decoder shows of each posterior state.
    case reconstruction
    /// Some frames, then what the world model predicts with the actions that were taken.
    case openloop
    /// Some frames, then what the world model predicts with the actions of the policy.
    case imagination
}
