import Files
import Glibc
import SystemPackage

/// Two ends of one connection, of which a child gets one.
struct SocketPair {
    let ours: FileDescriptor
    let theirs: FileDescriptor

    init() throws(Errno) {
        var sockets: [Int32] = [-1, -1]
        // If other children held these open, nobody would notice that a process is gone.
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        _ = try uninterrupted { socketpair(AF_UNIX, kind, 0, &sockets) }
        ours = FileDescriptor(rawValue: sockets[0])
        theirs = FileDescriptor(rawValue: sockets[1])
    }

    /// Leaves the child's end to the child.
    func keepOurs() -> FileDescriptor {
        try? theirs.close()
        return ours
    }

    func closeBoth() {
        try? ours.close()
        try? theirs.close()
    }
}
