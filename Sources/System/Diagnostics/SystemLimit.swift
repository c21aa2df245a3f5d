import Glibc

/// What a person can do where the system gives this process no more of something.
package enum SystemLimit {
    private static let cures: [(code: Int32, cure: String)] = [
        // Before the next one, whose words begin its own.
        (ENFILE, "raise the machine's limit of open files (sysctl fs.file-max)"),
        (EMFILE, "raise the limit of open files (ulimit -n), or connect fewer actors"),
        (EAGAIN, "the limit of processes may be reached: raise it (ulimit -u), or start fewer"),
        (ENOMEM, "free memory, or raise the limit (ulimit -v, or that of the container)"),
    ]

    /// The status for what the operating system refuses (EX_OSERR).
    private static let statusOfRefusal: Int32 = 71

    /// Ends the process in one line, where it got less from the system than any part of it can do with.
    /// - Parameter code: the system's reason, an `errno`.
    package static func end(_ text: String, code: Int32) -> Never {
        let line = explained("\(text): \(String(cString: strerror(code)))") + "\n"
        _ = line.withCString { write(STDERR_FILENO, $0, strlen($0)) }
        exit(statusOfRefusal)
    }

    /// `text` with what to do about it, where it holds the system's words for a limit that is reached.
    package static func explained(_ text: String) -> String {
        guard !cures.contains(where: { text.contains($0.cure) }) else { return text }
        let found = cures.first { text.contains(String(cString: strerror($0.code))) }
        return found.map { "\(text): \($0.cure)" } ?? text
    }
}
