import Glibc
import SystemPackage

/// Files that are replaced whole: a reader, and a machine after a power cut, finds the old content or the new.
package enum DurableFile {
    /// Writes beside the file, flushes to the disk, renames, and flushes the directory.
    package static func replace(_ path: String, with bytes: some Sequence<UInt8>) throws(FileError) {
        let temporary = path + ".partial"
        let file = try OpenFile(temporary, for: .replacing)
        do throws(FileError) {
            try file.write(bytes)
            try file.synchronize(wholly: true)
        } catch {
            unlink(temporary)
            throw error
        }
        do throws(Errno) { _ = try uninterrupted { rename(temporary, path) } } catch {
            throw FileError("rename", temporary, error)
        }
        // Not every file system can flush a directory; the new content is in its place all the same.
        try? flushDirectory(FilePath(path).removingLastComponent().string)
    }

    /// Makes names that were made, changed or removed in a directory survive a power cut.
    package static func flushDirectory(_ path: String) throws(FileError) {
        try OpenFile(path.isEmpty ? "." : path, for: .directory).synchronize(wholly: true)
    }
}
