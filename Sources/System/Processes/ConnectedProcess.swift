import Files
import Foundation
import Glibc
import SystemPackage

/// One child process with a socket as its descriptor `channel`, and the end of what it prints. For one thread at a time,
/// which waits for the child's answers.
///
/// The channel is none of the standard streams, which programs and what they start read and print to as they like: there is
/// nothing to read, and what is printed is kept apart. A socket rather than pipes: writing to a dead child is an error here
/// and not a signal. Closing it tells the child to end. What the child starts ends with it, and both end with this process.
package final class ConnectedProcess {
    private let process: pid_t
    private let guardian: GroupGuard
    private let socket: FileDescriptor
    private let printed: FileDescriptor
    private let output: BoundedFile?
    private var tail: [UInt8] = []
    private static let tailLimit = 8192
    /// Reads of what is printed in a row: more of it may come at any time, and an answer has a deadline.
    private static let reads = 256

    /// The child's descriptor of the socket.
    package static let channel = STDERR_FILENO + 1

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
    ///   - output: gets all that it prints, as far as it is read: while an answer is waited for, and at the end.
    package init(executable: String, arguments: [String], output: BoundedFile? = nil) throws(Errno) {
        let connection = try SocketPair()
        let prints: SocketPair
        do throws(Errno) { prints = try SocketPair() } catch {
            connection.closeBoth()
            throw error
        }
        do throws(Errno) {
            (process, guardian) = try Self.start(executable, arguments, connection, prints)
        } catch {
            connection.closeBoth()
            prints.closeBoth()
            throw error
        }
        socket = connection.keepOurs()
        printed = prints.keepOurs()
        self.output = output
        for descriptor in [socket, printed] { _ = fcntl(descriptor.rawValue, F_SETFL, O_NONBLOCK) }
        ChildGroups.add(process)
    }

    private static func start(
        _ executable: String, _ arguments: [String], _ connection: SocketPair, _ prints: SocketPair
    ) throws(Errno) -> (pid_t, GroupGuard) {
        let process = try spawn(
            executable, arguments, streams: (nil, prints.theirs, prints.theirs), channel: connection.theirs)
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
    /// because they were not there by `deadline`, whatever it printed.
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
        drain()
        try? printed.close()
        ending = lastLine.map { "\(how): \($0)" } ?? "\(how)"
    }
}

// MARK: - Waiting

extension ConnectedProcess {
    /// Waits until `descriptor` is ready for `events`, or, without one, until nobody can print any more, which is so at the
    /// latest when the process and what it has started have exited. What they print is collected meanwhile: nobody else
    /// reads it, and a full buffer would stop the process.
    private func wait(for descriptor: FileDescriptor?, _ events: Int16, until deadline: Deadline) -> Bool {
        var watched = [
            pollfd(fd: descriptor?.rawValue ?? -1, events: events, revents: 0),
            pollfd(fd: printed.rawValue, events: Int16(POLLIN), revents: 0),
        ]
        repeat {
            let ready = try? uninterrupted { poll(&watched, nfds_t(watched.count), deadline.milliseconds) }
            guard let ready, ready > 0 else { return false }
            if watched[1].revents != 0 && !drain() {
                guard descriptor != nil else { return true }
                watched[1].fd = -1
            }
            if watched[0].revents != 0 { return true }
        } while !deadline.isOver
        return false
    }

    /// Takes what has been printed by now. Returns false when nobody can print any more.
    @discardableResult
    private func drain() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 4096)
        for _ in 0..<Self.reads {
            // It fails where there is nothing to read for now.
            guard let count = try? chunk.withUnsafeMutableBytes({ try printed.read(into: $0) }) else { break }
            guard count > 0 else { return false }
            output?.append(chunk[..<count])
            tail.append(contentsOf: chunk[..<count])
            tail.removeFirst(max(0, tail.count - Self.tailLimit))
        }
        return true
    }

    /// The last line with something in it that was printed.
    private var lastLine: String? {
        String(decoding: tail, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }.last { !$0.isEmpty }
    }
}
