/// How much of some frames moves, and how far a prediction of them is off there and elsewhere. Frames that have none before
/// them are left out.
public struct MotionCount: Sendable, Equatable {
    /// Frames that were counted.
    public internal(set) var frames = 0
    /// Values of their masks, and those that are on.
    public internal(set) var values = 0
    public internal(set) var moving = 0
    /// Squared error summed over the values where the mask is on, and where it is off.
    public internal(set) var movingError = 0.0
    public internal(set) var stillError = 0.0

    public init() {}
}

extension Tape {
    /// Counts what moves.
    /// - Parameters:
    ///   - mask: [count, values], see `movingMask`.
    ///   - first: [count]; where it is set a frame has none before it.
    ///   - prediction: of the bytes `target`, in [0, 1]: [count, values], or of one frame for all; nil where there is none.
    public func motion(_ mask: Bytes, first: Bytes, prediction: Tensor? = nil, target: Bytes) -> MotionCount {
        let size = mask.count / first.count
        precondition(
            mask.count == target.count && (prediction.map { $0.count == size || $0.count == mask.count } ?? true),
            "a mask of \(mask.count) values beside \(target.count) and \(prediction?.count ?? 0)")
        var count = MotionCount()
        compute {
            for frame in 0..<first.count where first[frame] == 0 {
                count.frames += 1
                count.values += size
                let predicted = prediction.map { $0.data + ($0.count == size ? 0 : frame * size) }
                for place in 0..<size {
                    let index = frame * size + place
                    let moves = mask.data[index] != 0
                    if moves { count.moving += 1 }
                    guard let predicted else { continue }
                    let error = Double(predicted[place] - Float(target.data[index]) / 255)
                    if moves { count.movingError += error * error } else { count.stillError += error * error }
                }
            }
        }
        return count
    }

    /// The mean of images side by side, of `size` bytes each, in [0, 1] [1, size].
    public func meanImage(_ images: Bytes, size: Int) -> Tensor {
        let mean = tensor(1, size)
        let count = images.count / size
        compute {
            mean.fill(0)
            for index in 0..<images.count { mean.data[index % size] += Float(images.data[index]) }
            for place in 0..<size { mean.data[place] /= 255 * Float(count) }
        }
        return mean
    }

    /// How far the rows of `x` are from their mean: squared, summed over the columns, mean over the rows.
    public func variation(_ x: Tensor) -> Double {
        var variation = 0.0
        compute {
            for column in 0..<x.columns {
                let values = stride(from: column, to: x.count, by: x.columns).map { Double(x.data[$0]) }
                let mean = values.reduce(0, +) / Double(x.rows)
                variation += values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            }
        }
        return variation / Double(x.rows)
    }
}
