import Agents

/// Pictures of one kind of some recordings: one of them drawn, all of them counted.
package struct VisionSet: Sendable {
    /// Frames that the world model sees first, as in the MuDreamer paper's figures.
    package static let context = 5
    /// Steps that it predicts at most.
    package static let horizon = 64

    package let drawn: Vision
    /// Of open-loop predictions.
    package let hallucination: Hallucination?

    /// Looks at recordings, of which the longest is drawn.
    /// - Parameters:
    ///   - horizon: steps that the policy imagines, whatever the recordings' length.
    ///   - seed: of what the world model draws.
    /// - Returns: nil where the agent cannot show this, or no recording is longer than the context.
    package init?(
        _ kind: VisionKind, of recordings: [Recording], by agent: Agent, context: Int = Self.context,
        horizon: Int = Self.horizon, seed: UInt64
    ) {
        let long = recordings.filter { $0.steps.count > context }.enumerated()
            .sorted { ($1.element.steps.count, $0.offset) < ($0.element.steps.count, $1.offset) }.map(\.element)
        guard let longest = long.first else { return nil }
        switch kind {
        case .openloop:
            let visions = long.compactMap { agent.vision(kind, of: $0, context: context, seed: seed) }
            guard let first = visions.first else { return nil }
            (drawn, hallucination) = (first, Hallucination(visions))
        case .imagination:
            let start = longest.part(from: 0, count: context, least: context)?.continued(to: context + horizon)
            guard let vision = start.flatMap({ agent.vision(kind, of: $0, context: context, seed: seed) }) else {
                return nil
            }
            (drawn, hallucination) = (vision, nil)
        case .mask, .reconstruction:
            guard let vision = agent.vision(kind, of: longest, context: context, seed: seed) else { return nil }
            (drawn, hallucination) = (vision, nil)
        }
    }
}
