import Files
import Foundation
import Glibc
import SystemPackage

/// One child process with a socket as its standard input and output, and the end of what it writes to standard error.
/// For one thread at a time, which waits for the child's answers.
///
/// A socket rather than pipes: writing to a dead child is an error here and not a signal. Closing it tells the child to
/// end.
package final class ConnectedProcess {
    private let process: pid_t
    private let socket: FileDescriptor
    private let standardError: FileDescriptor
    private var errorTail: [UInt8] = []
    private static let errorTailLimit = 8192

    /// Milliseconds that a process which closed its socket may take to exit.
    package static let exitPatience: Int32 = 2000

    /// How the process ended, once it has: "was killed by signal 9", "exited with status 1: …".
    package private(set) var ending: String?

    /// Identifier of the running process.
    package var identifier: pid_t? { ending == nil ? process : nil }

    /// Starts a program.
    /// - Parameters:
    ///   - executable: a path.
    ///   - arguments: after the program's name.
    package init(executable: String, arguments: [String]) throws(Errno) {
        let connection = try SocketPair()
        let errors: SocketPair
        do throws(Errno) { errors = try SocketPair() } catch {
            connection.closeBoth()
            throw error
        }
        do throws(Errno) {
            process = try spawn(executable, arguments, streams: (connection.theirs, connection.theirs, errors.theirs))
        } catch {
            connection.closeBoth()
            errors.closeBoth()
            throw error
        }
        socket = connection.keepOurs()
        standardError = errors.keepOurs()
        _ = fcntl(standardError.rawValue, F_SETFL, O_NONBLOCK)
    }

    deinit {
        end(patience: 0)
    }

    /// Sends all of `bytes`. Returns false, and has collected the ending, if the process is gone.
    package func send(_ bytes: [UInt8]) -> Bool {
        guard ending == nil else { return false }
        var rest = bytes[...]
        while !rest.isEmpty {
            let socket = socket.rawValue
            let sent = try? uninterrupted {
                rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            }
            guard let sent else {
                end(patience: Self.exitPatience)
                return false
            }
            rest = rest.dropFirst(sent)
        }
        return true
    }

    /// Receives `count` bytes. Returns nil, and has collected the ending, if the process is gone, or was killed
    /// because nothing came for `patience` seconds.
    package func receive(_ count: Int, patience: Int32) -> [UInt8]? {
        guard ending == nil else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        var received = 0
        while received < count {
            guard wait(for: socket, patience: patience * 1000) else {
                kill(process, SIGKILL)
                end(patience: 0)
                ending = "gave no answer for \(patience) s and was killed"
                return nil
            }
            let part = try? bytes.withUnsafeMutableBytes { buffer in
                // Safe: the slice lies within the array, which outlives the call.
                try socket.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[received...]))
            }
            guard let part, part > 0 else {
                end(patience: Self.exitPatience)
                return nil
            }
            received += part
        }
        return bytes
    }

    /// Closes the socket, which tells the process to end, gives it `patience` milliseconds, kills it if it still runs,
    /// and collects its status. Nothing is left behind.
    package func end(patience: Int32) {
        guard ending == nil else { return }
        try? socket.close()
        _ = wait(for: nil, patience: patience)
        kill(process, SIGKILL)
        let how = ProcessEnding(of: process)
        drainStandardError()
        try? standardError.close()
        ending = lastErrorLine.map { "\(how): \($0)" } ?? "\(how)"
    }
}

// MARK: - Waiting

extension ConnectedProcess {
    /// Waits up to `patience` milliseconds until `descriptor` can be read, or, without one, until the process has
    /// closed its standard error, which it does at the latest when it exits. What it writes there is collected
    /// meanwhile: nobody else reads it, and a full buffer would stop the process.
    private func wait(for descriptor: FileDescriptor?, patience: Int32) -> Bool {
        var watched = [
            pollfd(fd: descriptor?.rawValue ?? -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: standardError.rawValue, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            let ready = try? uninterrupted { poll(&watched, nfds_t(watched.count), patience) }
            guard let ready, ready > 0 else { return false }
            if watched[1].revents != 0 && !drainStandardError() {
                guard descriptor != nil else { return true }
                watched[1].fd = -1
            }
            if watched[0].revents != 0 { return true }
        }
    }

    /// Keeps the end of what standard error holds now. Returns false when nobody can write to it any more.
    @discardableResult
    private func drainStandardError() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            // It fails where there is nothing to read for now.
            guard let count = try? chunk.withUnsafeMutableBytes({ try standardError.read(into: $0) }) else {
                return true
            }
            guard count > 0 else { return false }
            errorTail.append(contentsOf: chunk[..<count])
            errorTail.removeFirst(max(0, errorTail.count - Self.errorTailLimit))
        }
    }

    /// The last line with something in it that the process wrote to standard error.
    private var lastErrorLine: String? {
        String(decoding: errorTail, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }.last { !$0.isEmpty }
    }
}

/// Two ends of one connection, of which a child gets one.
private struct SocketPair {
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
