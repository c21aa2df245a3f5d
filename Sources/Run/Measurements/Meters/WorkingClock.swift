/// Time for which a run has worked: a pause, between a stop and the resumption, does not count.
package struct WorkingClock {
    /// A learner that works writes lines far more often.
    static let longestGap = 120.0

    package private(set) var seconds = 0.0
    private var last: Double?

    package init() {}

    /// - Parameter time: Unix seconds of the next line.
    package mutating func advance(to time: Double) {
        let gap = time - (last ?? time)
        if (0...Self.longestGap).contains(gap) { seconds += gap }
        last = time
    }
}
