import AgentChoice
import Tensors

/// What there is to be predicted of a task's observations: the error of a model that always predicts their mean. The losses
/// of reconstruction begin near it, and what is left of them is what a model does not see.
public struct ErrorBudget: Sendable, Equatable {
    /// Squared error of the mean image, summed over pixels; nil where there are no images, as the next two are.
    public let image: Double?
    /// Share of that error in pixels that move, by the mask of o′.
    public let movingShare: Double?
    /// Share of pixels that move.
    public let maskShare: Double?
    /// Squared error of the mean vector's symlog, summed over its values; nil where there are no vectors.
    public let vector: Double?

    /// - Parameter batch: whose steps stand for the task's; frames that begin an episode do not count.
    public init(_ batch: SequenceBatchInput, _ c: AgentConfiguration, on tape: Tape) {
        let mark = tape.arena.mark
        defer { tape.arena.rewind(to: mark) }
        vector = batch.vectors.map { tape.variation(tape.symlog($0)) }
        let motion = Self.motion(batch.observations(0..<batch.rows, stepsBefore: c.maskStep, on: tape), c, on: tape)
        let error = motion.map { $0.movingError + $0.stillError }
        image = motion.flatMap { motion in error.map { $0 / Double(motion.frames) } }
        movingShare = motion.flatMap { motion in error.map { $0 > 0 ? motion.movingError / $0 : 0 } }
        maskShare = motion.map { Double($0.moving) / Double($0.values) }
    }

    /// Nil where no frame has one before it.
    private static func motion(_ observed: Observations, _ c: AgentConfiguration, on tape: Tape) -> MotionCount? {
        guard let images = observed.images, let mask = observed.movingMask(c, on: tape) else { return nil }
        let count = tape.motion(
            mask, first: observed.first, prediction: tape.meanImage(images, size: c.imageBytes), target: images)
        return count.frames > 0 ? count : nil
    }
}

extension Observations {
    /// The mask of what moves since the previous images; nil where there are none.
    func movingMask(_ c: AgentConfiguration, on tape: Tape) -> Bytes? {
        guard let images, let previous else { return nil }
        return tape.movingMask(
            images, previous: previous, first: first, size: c.image, channels: c.channels,
            threshold: c.maskThresholdInBytes, window: c.maskDilation)
    }
}
