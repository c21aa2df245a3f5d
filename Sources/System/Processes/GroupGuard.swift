import Glibc
import SystemPackage

/// Ends a process group when this process is gone, however it ended: a shell that waits for the end of its input, which the
/// kernel closes with its other end here.
///
/// A child could look after its parent itself, but not one that hangs, and not what it has started.
struct GroupGuard {
    private static let script = "trap '' HUP INT TERM; read -r released || kill -s KILL -- -$0"

    private let shell: pid_t
    private let lifeline: FileDescriptor

    init(of group: pid_t) throws(Errno) {
        let pair = try SocketPair()
        do throws(Errno) {
            shell = try spawn(
                "/bin/sh", ["-c", Self.script, "\(group)"], streams: (pair.theirs, pair.theirs, pair.theirs))
        } catch {
            pair.closeBoth()
            throw error
        }
        lifeline = pair.keepOurs()
    }

    /// The group has ended, and its number may be somebody else's soon.
    func release() {
        // It fails where somebody has ended the shell, which then does nothing either.
        _ = try? lifeline.writeAll("\n".utf8)
        try? lifeline.close()
        _ = ProcessEnding(of: shell)
    }
}
