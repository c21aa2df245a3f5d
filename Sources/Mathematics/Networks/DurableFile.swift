import Foundation
import Glibc

/// Files that are replaced whole: a reader, and a machine after a power cut, finds the old content or the new.
public enum DurableFile {
    /// Writes beside the file, flushes to the disk, renames, and flushes the directory.
    public static func replace(_ url: URL, with data: Data) throws {
        let temporary = url.appendingPathExtension("partial")
        let descriptor = open(temporary.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure("create", temporary) }
        do {
            defer { close(descriptor) }
            try write(data, to: descriptor, temporary)
            guard fsync(descriptor) == 0 else { throw failure("flush", temporary) }
        } catch {
            unlink(temporary.path)
            throw error
        }
        guard rename(temporary.path, url.path) == 0 else { throw failure("rename", temporary) }
        flushDirectory(url.deletingLastPathComponent())
    }

    /// Makes renames in a directory survive a power cut.
    public static func flushDirectory(_ url: URL) {
        let descriptor = open(url.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private static func write(_ data: Data, to descriptor: Int32, _ url: URL) throws {
        try data.withUnsafeBytes { (buffer: UnsafeRawBufferPointer) in
            var written = 0
            while written < buffer.count {
                let count = Glibc.write(descriptor, buffer.baseAddress! + written, buffer.count - written)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { throw failure("write", url) }
                written += count
            }
        }
    }

    private static func failure(_ verb: String, _ url: URL) -> ArchiveError {
        ArchiveError("cannot \(verb) \(url.path): \(String(cString: strerror(errno)))")
    }
}
