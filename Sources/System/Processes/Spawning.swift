import CPlatform
import Foundation
import Glibc
import SystemPackage

/// Starts a program in a process group of its own, so that an interrupt at the terminal reaches only its parent.
/// - Parameters:
///   - executable: a path.
///   - arguments: after the program's name.
///   - streams: the child's standard input (nil: there is nothing to read), output and error.
///   - channel: the child's next descriptor, if it gets one. It has no other file of its parent's.
/// - Returns: the child, for `ProcessEnding` to wait for.
func spawn(
    _ executable: String, _ arguments: [String],
    streams: (input: FileDescriptor?, output: FileDescriptor, error: FileDescriptor), channel: FileDescriptor? = nil
) throws(Errno) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var given = STDERR_FILENO + 1
    if let input = streams.input {
        posix_spawn_file_actions_adddup2(&actions, input.rawValue, STDIN_FILENO)
    } else {
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_adddup2(&actions, streams.output.rawValue, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, streams.error.rawValue, STDERR_FILENO)
    if let channel {
        // Last: its place may be that of one of the others.
        posix_spawn_file_actions_adddup2(&actions, channel.rawValue, given)
        given += 1
    }
    // A child that held this process's sockets would keep a connection or a port after their end.
    platform_close_from(&actions, given)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    posix_spawnattr_setpgroup(&attributes, 0)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    // What this process does about signals is no business of its children.
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)

    // Safe: the copies live until the call has returned, which does not keep them.
    var argv = ([executable] + arguments).map { strdup($0) } + [nil]
    var environment = ProcessInfo.processInfo.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (argv + environment).forEach { free($0) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, executable, &actions, &attributes, &argv, &environment)
    guard code == 0 else { throw Errno(rawValue: code) }
    return process
}
