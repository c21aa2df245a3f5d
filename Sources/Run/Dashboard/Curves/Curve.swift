/// A curve that never has more than so many points: when it would, each two of them become one, so that the whole run stays
/// in sight at one resolution.
struct Curve: Sendable, Equatable {
    static let capacity = 512

    private(set) var points: [CurvePoint] = []
    /// How often points were merged: what came before is then no part of this curve any more.
    private(set) var generation = 0
    /// Samples that a point stands for, at least.
    private var stride = 1
    /// Agent steps of the last sample.
    private var newest = -Double.infinity
    /// The first point that has changed since `takeChanges`; nil where none has.
    private var changed: Int?

    init() {}

    /// Samples of the same agent steps become one point: episodes are reported together.
    /// - Parameter point: one sample. What is not a finite number is left out.
    mutating func add(_ point: CurvePoint) {
        guard point.value.isFinite else { return }
        if let last = points.last, last.weight < stride || point.steps == newest {
            points[points.count - 1] = last.merged(with: point)
        } else {
            if points.count == Self.capacity { halve() }
            points.append(point)
        }
        newest = point.steps
        changed = min(changed ?? .max, points.count - 1)
    }

    private mutating func halve() {
        points = Swift.stride(from: 0, to: points.count, by: 2).map { points[$0].merged(with: points[$0 + 1]) }
        stride *= 2
        generation += 1
        changed = 0
    }

    /// The number of the first point that has changed since the last call; nil where none has.
    mutating func takeChanges() -> Int? {
        defer { changed = nil }
        return changed
    }

    /// What the curve was at `steps`, on the line between two points; nil before the first.
    func value(at steps: Double) -> Double? {
        guard let next = points.firstIndex(where: { $0.steps >= steps }), next > 0 else {
            return points.first.flatMap { $0.steps == steps ? $0.value : nil }
        }
        let (one, other) = (points[next - 1], points[next])
        let width = other.steps - one.steps
        return width > 0 ? one.value + (other.value - one.value) * (steps - one.steps) / width : other.value
    }
}
