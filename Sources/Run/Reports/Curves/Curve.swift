/// A curve of a group: means over equal intervals of the horizontal axis, first within each run, then over the runs.
struct Curve: Sendable, Equatable {
    struct Point: Sendable, Equatable {
        /// Middle of the interval.
        var x: Double
        /// Mean of the runs' means.
        var mean: Double
        /// Lowest and highest of the runs' means.
        var lowest: Double, highest: Double
        /// Runs that have samples here.
        var runs: Int
        /// Samples of all runs here.
        var samples: Int
    }

    /// In the order of x; intervals without samples have none.
    var points: [Point]

    /// - Parameters:
    ///   - runs: the samples of each run.
    ///   - width: of an interval; the first begins at 0.
    init(_ runs: [[(x: Double, y: Double)]], width: Double) {
        precondition(width > 0, "intervals of width \(width)")
        var means: [Int: [(mean: Double, samples: Int)]] = [:]
        for samples in runs {
            for (interval, values) in Dictionary(grouping: samples, by: { Int(($0.x / width).rounded(.down)) }) {
                let mean = values.reduce(0) { $0 + $1.y } / Double(values.count)
                means[interval, default: []].append((mean, values.count))
            }
        }
        points = means.sorted { $0.key < $1.key }.map { interval, runs in
            Point(
                x: (Double(interval) + 0.5) * width, mean: runs.reduce(0) { $0 + $1.mean } / Double(runs.count),
                lowest: runs.map(\.mean).min() ?? 0, highest: runs.map(\.mean).max() ?? 0, runs: runs.count,
                samples: runs.reduce(0) { $0 + $1.samples })
        }
    }
}
