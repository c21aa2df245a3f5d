import Glibc

/// How many connections a server takes: no more than leave storage and checkpoints the descriptors that they need.
struct ConnectionLimits: Equatable {
    /// Connections that have not said who they are.
    let strangers: Int
    let actors: Int
    /// What an actor is told that finds no place.
    let advice: String

    /// - Parameters:
    ///   - maximum: of each, where there are descriptors enough.
    ///   - descriptors: that the process may have; half of them stay for everything else.
    init(maximum: Int, descriptors: Int) {
        let free = descriptors / 2
        strangers = max(8, min(1024, free / 4))
        actors = max(1, min(maximum, free - strangers))
        advice =
            actors < maximum
            ? "raise its limit of open files, \(descriptors) (ulimit -n)" : "no learner takes more"
    }

    /// Takes as many descriptors as the system lets this process have, within reason.
    /// - Returns: how many those are.
    static func raiseDescriptors() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        var wanted = limit
        wanted.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, 1 << 14))
        // Where it may not be raised, it stays.
        let isRaised = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &wanted) == 0
        return Int(clamping: isRaised ? wanted.rlim_cur : limit.rlim_cur)
    }
}
