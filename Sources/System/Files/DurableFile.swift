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

    /// Makes a file that is there whole or not at all, also after a power cut.
    /// - Parameter permissions: from the first moment on.
    /// - Throws: also where there is a file of that name, or a link to anywhere.
    package static func create(
        _ path: String, with bytes: some Sequence<UInt8>, permissions: FilePermissions
    ) throws(FileError) {
        let temporary = path + ".partial"
        // What a crash has left may have been made with other permissions.
        unlink(temporary)
        let file = try OpenFile(temporary, for: .creating, permissions: permissions)
        defer { unlink(temporary) }
        try file.write(bytes)
        try file.synchronize(wholly: true)
        // Unlike a rename it takes nobody's place.
        do throws(Errno) { _ = try uninterrupted { link(temporary, path) } } catch {
            throw FileError("create", path, error)
        }
        try? flushDirectory(FilePath(path).removingLastComponent().string)
    }

    /// Makes names that were made, changed or removed in a directory survive a power cut.
    package static func flushDirectory(_ path: String) throws(FileError) {
        try OpenFile(path.isEmpty ? "." : path, for: .directory).synchronize(wholly: true)
    }
}
