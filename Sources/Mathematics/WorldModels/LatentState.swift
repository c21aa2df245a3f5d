import AgentChoice
import Networks
import Tensors

/// The state s = [h, z, d] of the world model for a number of rows: the recurrent state, the stochastic state and,
/// with dynamic modulation, the modulation, or the latent difference in its place. As a layer's input it stands for the
/// concatenation; a layer whose weight ends before d does not see it.
public struct LatentState: LayerInput {
    public var h: Variable
    public var z: OneHot
    public var d: OneHot?
    /// zₜ − zₜ₋₁ where that stands in for d.
    public var difference: Variable?

    public var rows: Int { h.rows }
    public var isTracked: Bool { h.isTracked }

    /// The same state with all gradients stopped.
    public var detached: LatentState {
        LatentState(h: h.detached, z: z.detached, d: d?.detached, difference: difference?.detached)
    }

    public func slice(_ range: Range<Int>) -> LatentState {
        LatentState(
            h: h.slice(range), z: z.slice(range), d: d?.slice(range), difference: difference?.slice(range))
    }

    public func multiply(_ weight: Parameter, into y: Variable, accumulate: Bool, on tape: Tape) {
        let (afterH, afterZ) = (h.columns, h.columns + z.columns)
        tape.multiply(h, weight.slice(0..<afterH), into: y, accumulate: accumulate)
        tape.multiply(z, weight.slice(afterH..<afterZ), into: y, accumulate: true)
        guard afterZ < weight.rows else { return }
        multiplyModulation(weight.slice(afterZ..<weight.rows), into: y, on: tape)
    }

    /// y += the share of d, or of the latent difference that stands in for it.
    func multiplyModulation(_ weight: Parameter, into y: Variable, on tape: Tape) {
        if let d { tape.multiply(d, weight, into: y, accumulate: true) }
        if let difference { tape.multiply(difference, weight, into: y, accumulate: true) }
    }

    /// Makes room for the gradients now, see `Tape.keepGradient`.
    func keepGradients(on tape: Tape) {
        tape.keepGradient(of: h)
        tape.keepGradient(of: z)
        if let d { tape.keepGradient(of: d) }
        if let difference { tape.keepGradient(of: difference) }
    }

    /// Copies values, not gradients.
    public func copy(from other: LatentState) {
        h.value.copy(from: other.h.value)
        z.copy(from: other.z)
        if let d, let from = other.d { d.copy(from: from) }
        if let difference, let from = other.difference { difference.value.copy(from: from.value) }
    }
}

/// An observation's features and a state side by side: what the action predictor sees, [xₜ, sₜ₋₁].
struct FeaturesAndState: LayerInput {
    let features: Features
    let state: LatentState

    var rows: Int { features.rows }
    var isTracked: Bool { features.isTracked || state.isTracked }

    func multiply(_ weight: Parameter, into y: Variable, accumulate: Bool, on tape: Tape) {
        features.multiply(weight.slice(0..<features.columns), into: y, accumulate: accumulate, on: tape)
        state.multiply(weight.slice(features.columns..<weight.rows), into: y, accumulate: true, on: tape)
    }
}

extension Tape {
    /// Room for a state of `rows` rows, with gradients where `tracked`.
    public func latentState(_ rows: Int, _ c: AgentConfiguration, tracked: Bool = false) -> LatentState {
        LatentState(
            h: variable(rows, c.deterministic, tracked: tracked),
            z: oneHot(rows, groups: c.stochastic, classes: c.classes, tracked: tracked),
            d: c.modulation
                ? oneHot(rows, groups: c.modulationStochastic, classes: c.modulationClasses, tracked: tracked) : nil,
            difference: c.latentDifference ? variable(rows, c.latent, tracked: tracked) : nil)
    }

    /// Copies a state into its place in a larger one; gradients flow back.
    public func join(_ state: LatentState, into place: LatentState) {
        join(state.h, into: place.h)
        join(state.z, into: place.z)
        if let d = state.d, let to = place.d { join(d, into: to) }
        if let difference = state.difference, let to = place.difference { join(difference, into: to) }
    }
}
