import Foundation
import Glibc
import SystemPackage

/// Files that are replaced whole: a reader, and a machine after a power cut, finds the old content or the new.
package enum DurableFile {
    /// Writes beside the file, flushes to the disk, renames, and flushes the directory. Where the last fails the new content
    /// is in its place, but a power cut may still bring the old one back.
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
        try rename(temporary, to: path)
    }

    /// Puts a file that is on disk in the place of another, or of none, in the same directory, so that a power cut does not
    /// undo it.
    package static func rename(_ old: String, to new: String) throws(FileError) {
        do throws(Errno) { _ = try uninterrupted { Glibc.rename(old, new) } } catch {
            throw FileError("rename", old, error)
        }
        try flushDirectory(FilePath(new).removingLastComponent().string)
    }

    /// Makes a file that is there whole or not at all, also after a power cut.
    /// - Parameter permissions: from the first moment on.
    /// - Throws: also where there is a file of that name, or a link to anywhere.
    package static func create(
        _ path: String, with bytes: some Sequence<UInt8>, permissions: FilePermissions
    ) throws(FileError) {
        // Nobody else's, who makes the same file at this moment; nor what a crash has left, perhaps with other permissions.
        let temporary = "\(path).\(UUID().uuidString).partial"
        let file = try OpenFile(temporary, for: .creating, permissions: permissions)
        defer { unlink(temporary) }
        try file.write(bytes)
        try file.synchronize(wholly: true)
        // Unlike a rename it takes nobody's place.
        do throws(Errno) { _ = try uninterrupted { link(temporary, path) } } catch {
            throw FileError("create", path, error)
        }
        try flushDirectory(FilePath(path).removingLastComponent().string)
    }

    /// Makes names that were made, changed or removed in a directory survive a power cut, on file systems that know how to.
    package static func flushDirectory(_ path: String) throws(FileError) {
        let directory = try OpenFile(path.isEmpty ? "." : path, for: .directory)
        do throws(FileError) { try directory.synchronize(wholly: true) } catch {
            guard error.code == .invalidArgument || error.code == .notSupported else { throw error }
        }
    }
}
