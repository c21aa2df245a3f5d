import Networks
import Tensors

/// Features x of an observation: those of its image, then those of its vector [rows, columns]. As a layer's input they stand
/// for the concatenation.
public struct Features: LayerInput {
    public let image: Variable?
    public let vector: Variable?

    public init(image: Variable?, vector: Variable? = nil) {
        precondition(image != nil || vector != nil, "features of neither an image nor a vector")
        (self.image, self.vector) = (image, vector)
    }

    public var rows: Int { image?.rows ?? vector?.rows ?? 0 }
    public var columns: Int { (image?.columns ?? 0) + (vector?.columns ?? 0) }
    public var isTracked: Bool { image?.isTracked ?? false || vector?.isTracked ?? false }

    func slice(_ range: Range<Int>) -> Features {
        Features(image: image?.slice(range), vector: vector?.slice(range))
    }

    public func multiply(_ weight: Parameter, into y: Variable, accumulate: Bool, on tape: Tape) {
        let split = image?.columns ?? 0
        if let image { tape.multiply(image, weight.slice(0..<split), into: y, accumulate: accumulate) }
        if let vector {
            tape.multiply(
                vector, weight.slice(split..<weight.rows), into: y, accumulate: accumulate || image != nil)
        }
    }

    /// Makes room for the gradients now, see `Tape.keepGradient`.
    func keepGradients(on tape: Tape) {
        if let image { tape.keepGradient(of: image) }
        if let vector { tape.keepGradient(of: vector) }
    }

    /// How much they differ from row to row, see `Tape.normalizedDeviation`.
    func normalizedDeviation(on tape: Tape) -> Float {
        guard let image, let vector else { return tape.normalizedDeviation((image ?? vector!).value) }
        let mark = tape.arena.mark
        defer { tape.arena.rewind(to: mark) }
        return tape.normalizedDeviation(tape.joinedColumns(image.value, vector.value))
    }
}
