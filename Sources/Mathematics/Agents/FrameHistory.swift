import Foundation
import Tensors

/// The last frames of each environment, with which the next is compared: those of the learner's batches
/// (`SequenceBatchInput`), one step at a time.
struct FrameHistory {
    /// The frames of one step [environments, bytes] each; the newest is at `newest`.
    private let frames: [Bytes]
    private var newest = 0
    /// Frames of its episode that each environment has here.
    private var ages: [Int]
    private let bytes: Int

    /// - Parameters:
    ///   - bytes: of one frame.
    ///   - steps: between a frame and the one that it is compared with.
    init(environments: Int, bytes: Int, steps: Int, on tape: Tape) {
        frames = (0..<steps).map { _ in tape.bytes(environments * bytes) }
        ages = Array(repeating: 0, count: environments)
        self.bytes = bytes
    }

    /// The frame so many steps ago, or the first of the episode where it is younger [environments, bytes].
    func previous(on tape: Tape) -> Bytes {
        guard frames.count > 1 else { return frames[0] }
        let previous = tape.bytes(ages.count * bytes)
        for (environment, age) in ages.enumerated() {
            let place = environment * bytes..<(environment + 1) * bytes
            let back = max(1, min(age, frames.count)) - 1
            let frame = frames[(newest + frames.count - back) % frames.count]
            previous.slice(place).copy(from: frame.slice(place))
        }
        return previous
    }

    /// What it holds, to be restored bit for bit.
    struct Content: Codable, Sendable, Equatable {
        var frames: [Data]
        var newest: Int
        var ages: [Int]
    }

    var content: Content {
        get { Content(frames: frames.map { Data($0.array) }, newest: newest, ages: ages) }
        set {
            precondition(newValue.frames.count == frames.count && newValue.ages.count == ages.count, "another history")
            for (frame, content) in zip(frames, newValue.frames) { frame.copy(from: Array(content)) }
            (newest, ages) = (newValue.newest, newValue.ages)
        }
    }

    /// Adds the frames of a step; where `first` is set, an episode begins with it.
    mutating func append(_ images: Bytes, first: Bytes) {
        newest = (newest + 1) % frames.count
        frames[newest].copy(from: images)
        for environment in ages.indices { ages[environment] = first.isSet(environment) ? 1 : ages[environment] + 1 }
    }
}
