/// When something must have happened, and how long that was.
package struct Deadline: Sendable {
    package let seconds: Int
    let instant: ContinuousClock.Instant

    private init(_ duration: Duration, seconds: Int) {
        self.seconds = seconds
        instant = .now + duration
    }

    /// From now on.
    package static func after(_ seconds: Int) -> Deadline { Deadline(.seconds(seconds), seconds: seconds) }

    static func after(milliseconds: Int32) -> Deadline {
        Deadline(.milliseconds(Int64(milliseconds)), seconds: Int(milliseconds) / 1000)
    }

    package var isOver: Bool { ContinuousClock.now >= instant }

    /// Milliseconds that are left, as `poll` takes them, none of them too few.
    var milliseconds: Int32 {
        let left = max(.zero, instant - .now) / .milliseconds(1)
        return Int32(min(left.rounded(.up), Double(Int32.max)))
    }
}
