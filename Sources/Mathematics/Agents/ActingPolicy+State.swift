import Tensors
import WorldModels

extension ActingPolicy {
    /// What acting carries from step to step, to be restored bit for bit; the weights are not part of it.
    public struct State: Codable, Sendable, Equatable {
        /// Nil before the first act: what memory holds then is nobody's.
        var carry: Carry?
        var noise: RandomStream
    }

    /// What one act leaves to the next.
    struct Carry: Codable, Sendable, Equatable {
        /// Bit patterns of h [environments, deterministic].
        var h: [UInt32]
        /// Chosen classes of z [environments, groups], and of d.
        var z: [Int]
        var d: [Int]?
        /// Bit patterns of zₜ − zₜ₋₁ where that stands in for d.
        var difference: [UInt32]?
        /// Bit patterns of the last actions [environments, actions].
        var actions: [UInt32]
        var frames: FrameHistory.Content?
    }

    public var state: State { State(carry: hasCarry ? kept : nil, noise: random) }

    private var kept: Carry {
        Carry(
            h: carry.h.value.bits, z: carry.z.array, d: carry.d?.array, difference: carry.difference?.value.bits,
            actions: lastActions.bits, frames: history?.content)
    }

    /// Goes on where a policy of the same agent and as many environments stood.
    public func restore(_ state: State) {
        random = state.noise
        hasCarry = state.carry != nil
        if let state = state.carry { restore(state) }
    }

    private func restore(_ state: Carry) {
        carry.h.value.copy(from: state.h.map { Float(bitPattern: $0) })
        carry.z.copy(from: state.z)
        if let d = state.d { carry.d?.copy(from: d) }
        if let difference = state.difference {
            carry.difference?.value.copy(from: difference.map { Float(bitPattern: $0) })
        }
        lastActions.copy(from: state.actions.map { Float(bitPattern: $0) })
        if let frames = state.frames { history?.content = frames }
    }
}

extension Tensor {
    fileprivate var bits: [UInt32] { array.map(\.bitPattern) }
}
