import Glibc

/// A process may open as many files as the system lets it: a learner has one for each connection.
package enum OpenFiles {
    /// As many as the system lets this process have.
    /// - Returns: how many that is.
    @discardableResult
    package static func allowMany() -> Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }
}
