import Foundation
import Synchronization

/// Keeps a second learner out of a directory: an advisory lock on a file that names who holds it. The kernel releases
/// it with the process, so a killed learner leaves nothing to clean up.
package final class DirectoryLock: Sendable {
    /// Nil once released.
    private let descriptor: Mutex<Int32?>

    package init(directory: String) throws(ReplayError) {
        let path = directory + "/replay.lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw ReplayError(.directory, "cannot write to \(directory): \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            let holder = Self.holder(descriptor)
            close(descriptor)
            guard reason == EWOULDBLOCK else {
                throw ReplayError(.directory, "cannot lock \(path): \(String(cString: strerror(reason)))")
            }
            throw ReplayError(
                .inUse, "the replay in \(directory) is in use by \(holder): stop that, or choose another directory")
        }
        self.descriptor = Mutex(descriptor)
        Self.sign(descriptor)
    }

    deinit {
        release()
    }

    func release() {
        descriptor.withLock { descriptor in
            guard let held = descriptor else { return }
            // Closing alone would not do while a child process that is just being started has a copy.
            _ = flock(held, LOCK_UN)
            close(held)
            descriptor = nil
        }
    }

    /// Writes who holds the lock; only a courtesy, so a full disk does not matter.
    private static func sign(_ descriptor: Int32) {
        let line = Array("pid \(getpid()) on \(ProcessInfo.processInfo.hostName)\n".utf8)
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, line, line.count, 0) }
    }

    private static func holder(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        let line = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        return line.isEmpty ? "another process" : line.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
