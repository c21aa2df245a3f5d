import Files
import Foundation
import Glibc
import SystemPackage

/// One child process with a socket as its standard input and output, and the end of what it writes to standard error.
/// For one thread at a time, which waits for the child's answers.
///
/// A socket rather than pipes: writing to a dead child is an error here and not a signal. Closing it tells the child to
/// end. What the child starts ends with it, and both end with this process.
package final class ConnectedProcess {
    private let process: pid_t
    private let guardian: GroupGuard
    private let socket: FileDescriptor
    private let standardError: FileDescriptor
    private var errorTail: [UInt8] = []
    private static let errorTailLimit = 8192
    /// Reads of standard error in a row: more of it may come at any time, and an answer has a deadline.
    private static let errorReads = 256

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
            (process, guardian) = try Self.start(executable, arguments, connection, errors)
        } catch {
            connection.closeBoth()
            errors.closeBoth()
            throw error
        }
        socket = connection.keepOurs()
        standardError = errors.keepOurs()
        for descriptor in [socket, standardError] { _ = fcntl(descriptor.rawValue, F_SETFL, O_NONBLOCK) }
        ChildGroups.add(process)
    }

    private static func start(
        _ executable: String, _ arguments: [String], _ connection: SocketPair, _ errors: SocketPair
    ) throws(Errno) -> (pid_t, GroupGuard) {
        let process = try spawn(executable, arguments, streams: (connection.theirs, connection.theirs, errors.theirs))
        do throws(Errno) { return (process, try GroupGuard(of: process)) } catch {
            kill(-process, SIGKILL)
            _ = ProcessEnding(of: process)
            throw error
        }
    }

    deinit {
        end(patience: 0)
    }

    /// Sends all of `bytes`. Returns false, and has collected the ending, if the process is gone, or was killed because it
    /// had not taken them by `deadline`.
    package func send(_ bytes: [UInt8], by deadline: Deadline) -> Bool {
        guard ending == nil else { return false }
        var rest = bytes[...]
        while !rest.isEmpty {
            guard wait(for: socket, Int16(POLLOUT), until: deadline) else {
                giveUp(deadline)
                return false
            }
            let socket = socket.rawValue
            do throws(Errno) {
                let sent = try uninterrupted {
                    rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                }
                rest = rest.dropFirst(sent)
            } catch .wouldBlock {
            } catch {
                end(patience: Self.exitPatience)
                return false
            }
        }
        return true
    }

    /// Receives `count` bytes. Returns nil, and has collected the ending, if the process is gone, or was killed
    /// because they were not there by `deadline`, whatever it wrote to standard error.
    package func receive(_ count: Int, by deadline: Deadline) -> [UInt8]? {
        guard ending == nil else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        var received = 0
        while received < count {
            guard wait(for: socket, Int16(POLLIN), until: deadline) else {
                giveUp(deadline)
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

    private func giveUp(_ deadline: Deadline) {
        end(patience: 0)
        ending = "gave no answer for \(deadline.seconds) s and was killed"
    }

    /// Closes the socket, which tells the process to end, gives it `patience` milliseconds, kills what still runs of its
    /// group, and collects its status. Nothing is left behind.
    package func end(patience: Int32) {
        guard ending == nil else { return }
        try? socket.close()
        if patience > 0 { _ = wait(for: nil, 0, until: .after(milliseconds: patience)) }
        // Its number is still its own: nobody has waited for it.
        kill(-process, SIGKILL)
        ChildGroups.remove(process)
        let how = ProcessEnding(of: process)
        guardian.release()
        drainStandardError()
        try? standardError.close()
        ending = lastErrorLine.map { "\(how): \($0)" } ?? "\(how)"
    }
}

// MARK: - Waiting

extension ConnectedProcess {
    /// Waits until `descriptor` is ready for `events`, or, without one, until the process has
    /// closed its standard error, which it does at the latest when it exits. What it writes there is collected
    /// meanwhile: nobody else reads it, and a full buffer would stop the process.
    private func wait(for descriptor: FileDescriptor?, _ events: Int16, until deadline: Deadline) -> Bool {
        var watched = [
            pollfd(fd: descriptor?.rawValue ?? -1, events: events, revents: 0),
            pollfd(fd: standardError.rawValue, events: Int16(POLLIN), revents: 0),
        ]
        repeat {
            let ready = try? uninterrupted { poll(&watched, nfds_t(watched.count), deadline.milliseconds) }
            guard let ready, ready > 0 else { return false }
            if watched[1].revents != 0 && !drainStandardError() {
                guard descriptor != nil else { return true }
                watched[1].fd = -1
            }
            if watched[0].revents != 0 { return true }
        } while !deadline.isOver
        return false
    }

    /// Keeps the end of what standard error holds now. Returns false when nobody can write to it any more.
    @discardableResult
    private func drainStandardError() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 4096)
        for _ in 0..<Self.errorReads {
            // It fails where there is nothing to read for now.
            guard let count = try? chunk.withUnsafeMutableBytes({ try standardError.read(into: $0) }) else { break }
            guard count > 0 else { return false }
            errorTail.append(contentsOf: chunk[..<count])
            errorTail.removeFirst(max(0, errorTail.count - Self.errorTailLimit))
        }
        return true
    }

    /// The last line with something in it that the process wrote to standard error.
    private var lastErrorLine: String? {
        String(decoding: errorTail, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }.last { !$0.isEmpty }
    }
}
