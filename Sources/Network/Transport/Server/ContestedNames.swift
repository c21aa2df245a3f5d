import NIOCore

/// Notices names that processes take from each other again and again, as two do that are started anew whenever they end: each
/// start is another process, so that none of them is refused for good.
struct ContestedNames {
    /// Names that are watched at a time.
    static let capacity = 1024
    /// A restart whose older connection is still there takes its own name over, once.
    static let tolerable = 2
    /// After so long without another takeover a name is nobody's quarrel.
    static let memory = TimeAmount.seconds(60)
    /// Between two warnings about one name.
    static let interval = TimeAmount.seconds(30)

    private struct Contest {
        let began: NIODeadline
        var last: NIODeadline
        var takeovers = 0
        var warned: NIODeadline?
    }

    private var contests: [String: Contest] = [:]

    /// Notes that another process has taken over the name of a connected actor.
    /// - Returns: a sentence for people, where it is time to warn them.
    mutating func takenOver(_ actor: String, now: NIODeadline) -> String? {
        var contest = contests[actor] ?? Contest(began: now, last: now)
        if now - contest.last > Self.memory { contest = Contest(began: now, last: now) }
        contest.last = now
        contest.takeovers += 1
        defer { note(contest, of: actor, now: now) }
        guard contest.takeovers > Self.tolerable, contest.warned.map({ now - $0 >= Self.interval }) ?? true else {
            return nil
        }
        contest.warned = now
        let seconds = max(1, (now - contest.began).nanoseconds / 1_000_000_000)
        return "actor \(actor) was replaced \(contest.takeovers) times in \(seconds) s: two processes have this name, "
            + "and oust each other; give each actor its own --name"
    }

    private mutating func note(_ contest: Contest, of actor: String, now: NIODeadline) {
        if contests[actor] == nil, contests.count >= Self.capacity {
            contests = contests.filter { now - $0.value.last <= Self.memory }
            // So many quarrels at a time need no more of them to be seen.
            guard contests.count < Self.capacity else { return }
        }
        contests[actor] = contest
    }
}
