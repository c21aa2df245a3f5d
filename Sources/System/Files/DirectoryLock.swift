import Glibc
import Synchronization

/// Keeps a second process out of a directory: an advisory lock on a file in it that names who holds it. The kernel
/// releases it with the process, so one that is killed leaves nothing to clean up.
package final class DirectoryLock: Sendable {
    package enum Failure: Error, Equatable {
        /// With what the file says: "pid 7 on host".
        case held(by: String)
        case file(FileError)
    }

    /// Nil once released.
    private let file: Mutex<OpenFile?>

    /// Takes the lock.
    /// - Parameter name: of the file, which stays when the lock is released.
    package init(_ directory: String, name: String) throws(Failure) {
        let holder: String?
        do throws(FileError) {
            let file = try OpenFile("\(directory)/\(name)", for: .updating)
            if try file.lock() {
                Self.sign(file)
                holder = nil
            } else {
                holder = try Self.holder(file)
            }
            self.file = Mutex(file)
        } catch {
            throw .file(error)
        }
        if let holder { throw .held(by: holder) }
    }

    deinit {
        release()
    }

    package func release() {
        file.withLock { file in
            file?.unlock()
            file = nil
        }
    }

    /// Writes who holds the lock; only a courtesy, so a full disk does not matter.
    private static func sign(_ file: borrowing OpenFile) {
        var name = utsname()
        uname(&name)
        let host = withUnsafeBytes(of: &name.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        guard (try? file.truncate(to: 0)) != nil else { return }
        try? file.write("pid \(getpid()) on \(host)\n".utf8)
    }

    private static func holder(_ file: borrowing OpenFile) throws(FileError) -> String {
        let line = String(decoding: try file.read(256, at: 0), as: UTF8.self)
        return line.isEmpty ? "another process" : String(line.prefix { !$0.isNewline })
    }
}
