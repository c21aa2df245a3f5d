import Experience
import TrajectoryCodec

/// Bytes of experience that may be under way, as either side counts them: decompressed, so that the window is a number
/// of steps however well the pixels compress.
///
/// A trajectory may be sent when it fits what is available, or when the whole window is: so one that is larger than the
/// window passes alone instead of waiting forever.
struct CreditWindow: Equatable {
    /// Size of the window in bytes.
    let capacity: Int
    /// Negative while a trajectory larger than the window is under way.
    private(set) var available = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    func admits(_ bytes: Int) -> Bool {
        bytes <= available || available == capacity
    }

    /// Takes room for a trajectory; false, and nothing taken, where there is none.
    mutating func take(_ bytes: Int) -> Bool {
        guard admits(bytes) else { return false }
        available -= bytes
        return true
    }

    /// Gives room back; false, and nothing given, where that is more than was taken.
    mutating func give(_ bytes: Int) -> Bool {
        guard bytes >= 0, bytes <= capacity - available else { return false }
        available += bytes
        return true
    }
}

extension TrajectoryHeader {
    /// What a trajectory takes of the window: its decompressed bytes as the header claims them, whether that is true or
    /// not, at most 2^40. Both sides reckon so, and what a refused one has taken comes back as well.
    var credit: Int {
        let pixels = [shape.image.width, shape.image.channels].reduce(shape.image.height, Self.product)
        let numbers = min(Self.limit, shape.vectorCount) + min(Self.limit, shape.actionCount)
        let step = min(Self.limit, 4 * numbers + 13) + pixels
        return Self.product(steps, step)
    }

    private static let limit = 1 << 40

    private static func product(_ a: Int, _ b: Int) -> Int {
        let (product, overflow) = a.multipliedReportingOverflow(by: b)
        return overflow ? limit : min(limit, product)
    }
}
