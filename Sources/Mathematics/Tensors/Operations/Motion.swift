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
    ///   - prediction: [count, values] in [0, 1], of the bytes `target`; nil where there is none.
    public func motion(_ mask: Bytes, first: Bytes, prediction: Tensor? = nil, target: Bytes) -> MotionCount {
        precondition(
            mask.count == target.count && prediction.map { $0.count == mask.count } ?? true,
            "a mask of \(mask.count) values beside \(target.count)")
        var count = MotionCount()
        let size = mask.count / first.count
        compute {
            for frame in 0..<first.count where first[frame] == 0 {
                count.frames += 1
                count.values += size
                for index in frame * size..<(frame + 1) * size {
                    let moves = mask.data[index] != 0
                    if moves { count.moving += 1 }
                    guard let prediction else { continue }
                    let error = Double(prediction.data[index] - Float(target.data[index]) / 255)
                    if moves { count.movingError += error * error } else { count.stillError += error * error }
                }
            }
        }
        return count
    }
}
