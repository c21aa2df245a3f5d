/// How well open-loop predictions move what moves, and leave alone what does not.
///
/// Of each predicted step k with true frame oₖ, prediction ôₖ and the mask Mₖ of what truly moved (that of o′: a change of more
/// than the threshold since the frame before, widened by its window), over some sequences together, pixels in [0, 1]:
///
/// - inside: Σ_{Mₖ} (ôₖ − oₖ)² / |Mₖ|, outside: the same where Mₖ is off.
/// - frozen: Σ_{Mₖ} (o_c − oₖ)² / |Mₖ| with the last frame o_c that was seen: the inside error of who predicts that
///   nothing moves any more.
/// - invented: Σ_{not Mₖ} (ôₖ − ôₖ₋₁)² / Σ (ôₖ − ôₖ₋₁)², the share of predicted change where nothing changed.
public struct Hallucination: Codable, Sendable, Equatable {
    /// One horizon, or all of them together.
    public struct Errors: Codable, Sendable, Equatable {
        /// Steps after the last frame that was seen; 0 for all together.
        public var step: Int
        /// Frames that were compared.
        public var frames: Int
        /// Share of their values that move.
        public var moving: Double
        /// Nil where nothing moves, as `frozen` is.
        public var inside: Double?
        /// Nil where everything moves.
        public var outside: Double?
        public var frozen: Double?
        /// Nil where nothing was predicted to change.
        public var invented: Double?
    }

    public let all: Errors
    public let steps: [Errors]

    /// - Parameter visions: open-loop predictions, of as many steps as each has.
    public init(_ visions: [Vision]) {
        let longest = visions.map { $0.truth.count - $0.context }.max() ?? 0
        let sums = (0..<max(0, longest)).map { step in
            visions.reduce(into: Sums()) { $0.add($1, at: $1.context + step) }
        }
        steps = sums.enumerated().map { $1.errors(step: $0 + 1) }
        all = sums.reduce(into: Sums()) { $0.add($1) }.errors(step: 0)
    }

    /// A table with a line for each step.
    public var csv: String {
        func text(_ number: Double?) -> String { number.map { "\($0)" } ?? "" }
        let rows = steps.map {
            [
                "\($0.step)", "\($0.frames)", text($0.moving), text($0.inside), text($0.outside), text($0.frozen),
                text($0.invented),
            ].joined(separator: ",")
        }
        return (["step,frames,moving,inside,outside,frozen,invented"] + rows).joined(separator: "\n") + "\n"
    }

    /// Sums over values as bytes.
    private struct Sums {
        var frames = 0
        var values = 0
        var moving = 0
        var inside = 0, outside = 0, frozen = 0
        var change = 0, invented = 0

        mutating func add(_ vision: Vision, at step: Int) {
            guard step < vision.truth.count, step > 0, vision.context > 0 else { return }
            frames += 1
            values += vision.truth[step].count
            let (truth, last) = (vision.truth[step], vision.truth[vision.context - 1])
            let (now, before, mask) = (vision.model[step], vision.model[step - 1], vision.masks[step])
            for place in truth.indices {
                let error = Self.square(now[place], truth[place])
                let change = Self.square(now[place], before[place])
                self.change += change
                if mask[place] != 0 {
                    moving += 1
                    inside += error
                    frozen += Self.square(last[place], truth[place])
                } else {
                    outside += error
                    invented += change
                }
            }
        }

        mutating func add(_ other: Sums) {
            (frames, values, moving) = (frames + other.frames, values + other.values, moving + other.moving)
            (inside, outside, frozen) = (inside + other.inside, outside + other.outside, frozen + other.frozen)
            (change, invented) = (change + other.change, invented + other.invented)
        }

        private static func square(_ a: UInt8, _ b: UInt8) -> Int { (Int(a) - Int(b)) * (Int(a) - Int(b)) }

        func errors(step: Int) -> Errors {
            func mean(_ sum: Int, _ count: Int) -> Double? { count > 0 ? Double(sum) / Double(count) : nil }
            return Errors(
                step: step, frames: frames, moving: mean(moving, values) ?? 0,
                inside: mean(inside, moving).map { $0 / 65025 },
                outside: mean(outside, values - moving).map { $0 / 65025 },
                frozen: mean(frozen, moving).map { $0 / 65025 }, invented: mean(invented, change))
        }
    }
}
