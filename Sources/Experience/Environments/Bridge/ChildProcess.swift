import CSpawning
import Foundation
import Glibc

/// One child process with a socket as its standard input and output, and the end of what it writes to standard error.
///
/// The child has a process group of its own, so that an interrupt at the terminal reaches only the parent, which then
/// closes the socket. A socket rather than pipes: writing to a dead child is an error here and not a signal.
final class ChildProcess {
    private let process: pid_t
    private let socket: Int32
    private let standardError: Int32
    private var errorTail: [UInt8] = []
    private static let errorTailLimit = 8192

    /// How the process ended, once it has: "was killed by signal 9", "exited with status 1: …".
    private(set) var ending: String?

    /// Identifier of the running process.
    var identifier: pid_t? { ending == nil ? process : nil }

    /// Starts `executable`, a path, with `arguments` after its name. Throws the system's reason as text.
    init(executable: String, arguments: [String]) throws(Failure) {
        let sockets = try Self.connectedSockets()
        let errors: [Int32]
        do {
            errors = try Self.connectedSockets()
        } catch {
            sockets.forEach { _ = Glibc.close($0) }
            throw error
        }
        let result = Self.spawn(
            executable, arguments, input: sockets[1], output: sockets[1], error: errors[1])
        _ = Glibc.close(sockets[1])
        _ = Glibc.close(errors[1])
        socket = sockets[0]
        standardError = errors[0]
        switch result {
        case .success(let started): process = started
        case .failure(let failure):
            _ = Glibc.close(sockets[0])
            _ = Glibc.close(errors[0])
            throw failure
        }
        _ = fcntl(standardError, F_SETFL, O_NONBLOCK)
    }

    deinit {
        end(patience: 0)
    }

    /// Sends all of `bytes`. Returns false, and has collected the ending, if the process is gone.
    func send(_ bytes: [UInt8]) -> Bool {
        guard ending == nil else { return false }
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.send(
                    socket, UnsafeRawBufferPointer(rebasing: buffer[sent...]).baseAddress, buffer.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                sent += count
            } else if errno != EINTR {
                end(patience: Self.exitPatience)
                return false
            }
        }
        return true
    }

    /// Receives `count` bytes. Returns nil, and has collected the ending, if the process is gone, or was killed
    /// because nothing came for `patience` seconds.
    func receive(_ count: Int, patience: Int32) -> [UInt8]? {
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
            let result = bytes.withUnsafeMutableBytes { buffer in
                recv(
                    socket, UnsafeMutableRawBufferPointer(rebasing: buffer[received...]).baseAddress, count - received,
                    0)
            }
            if result > 0 {
                received += result
            } else if result == 0 || errno != EINTR {
                end(patience: Self.exitPatience)
                return nil
            }
        }
        return bytes
    }

    /// Closes the socket, which tells the process to end, gives it `patience` milliseconds, kills it if it still runs,
    /// and collects its status. Nothing is left behind.
    func end(patience: Int32) {
        guard ending == nil else { return }
        _ = Glibc.close(socket)
        _ = wait(for: nil, patience: patience)
        kill(process, SIGKILL)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        drainStandardError()
        _ = Glibc.close(standardError)
        let signal = status & 0x7F
        let how = signal == 0 ? "exited with status \((status >> 8) & 0xFF)" : "was killed by signal \(signal)"
        ending = lastErrorLine.map { "\(how): \($0)" } ?? how
    }

    /// Milliseconds that a process which closed its socket may take to exit.
    static let exitPatience: Int32 = 2000
}

// MARK: - Starting

extension ChildProcess {
    /// A system call's error.
    struct Failure: Error {
        let reason: String

        init(_ code: Int32) {
            reason = String(cString: strerror(code))
        }
    }

    /// Two ends of one connection. CLOEXEC: if other children held these open, nobody would notice that a process is
    /// gone.
    private static func connectedSockets() throws(Failure) -> [Int32] {
        var sockets: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &sockets) == 0 else { throw Failure(errno) }
        return sockets
    }

    private static func spawn(
        _ executable: String, _ arguments: [String], input: Int32, output: Int32, error: Int32
    ) -> Result<pid_t, Failure> {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, error, STDERR_FILENO)
        // Nothing else: a child that held this process's sockets would keep a connection or a port after their end.
        spawning_close_from(&actions, STDERR_FILENO + 1)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
        posix_spawnattr_setpgroup(&attributes, 0)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)

        var argv = ([executable] + arguments).map { strdup($0) } + [nil]
        var environment = ProcessInfo.processInfo.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (argv + environment).forEach { free($0) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, executable, &actions, &attributes, &argv, &environment)
        return code == 0 ? .success(process) : .failure(Failure(code))
    }
}

// MARK: - Waiting

extension ChildProcess {
    /// Waits up to `patience` milliseconds until `descriptor` can be read, or, without one, until the process has
    /// closed its standard error, which it does at the latest when it exits. What it writes there is collected
    /// meanwhile: nobody else reads it, and a full buffer would stop the process.
    private func wait(for descriptor: Int32?, patience: Int32) -> Bool {
        var watched = [
            pollfd(fd: descriptor ?? -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: standardError, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            let count = poll(&watched, nfds_t(watched.count), patience)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
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
            let count = read(standardError, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return count < 0 }
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
