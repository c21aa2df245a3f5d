/// One step of an acting policy with all that decided it: whoever has the weights can compute it again.
///
/// Numbers of several rows stand one row after the other.
public struct ActingStep: Sendable {
    /// Pixels [size, size, channels] of each row; none where the agent sees none, as with `vectors`.
    public let images: [[UInt8]]
    public let vectors: [[Float]]
    /// Where an episode was taken to begin.
    public let first: [Bool]
    /// Uniform numbers [rows, groups] that z was sampled with; and d, nil without modulation.
    public let noiseZ: [Float]
    public let noiseD: [Float]?
    /// What the action was sampled with: uniform [rows, groups], or standard normal [rows, actions].
    public let noisePolicy: [Float]
    /// Probabilities [rows, actions]; or means and deviations, each [rows, actions].
    public let distribution: [[Float]]
    /// What was chosen [rows, actions].
    public let actions: [Float]
}
