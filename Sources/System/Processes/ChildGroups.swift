import Glibc
import Synchronization

/// The process groups of the children that `ConnectedProcess` has started and that have not ended.
package enum ChildGroups {
    /// A leader is in here only while it is not waited for, so that its number is nobody else's.
    private static let leaders = Mutex<Set<pid_t>>([])

    static func add(_ leader: pid_t) {
        leaders.withLock { _ = $0.insert(leader) }
    }

    static func remove(_ leader: pid_t) {
        leaders.withLock { _ = $0.remove(leader) }
    }

    /// Ends them all at once; whoever waits for an answer of one hears that it is gone. Any thread may call it.
    package static func killAll() {
        leaders.withLock { for leader in $0 { kill(-leader, SIGKILL) } }
    }
}
