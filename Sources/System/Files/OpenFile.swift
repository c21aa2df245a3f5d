import CPlatform
import Glibc
import SystemPackage

/// A file that is open until the end of its life, and not in child processes. Calls that a signal interrupts are made
/// again. Several threads may use one at a time, as far as they name offsets.
package struct OpenFile: ~Copyable, Sendable {
    /// What a file is opened for, and what happens where it does not exist.
    package struct Purpose: Sendable {
        fileprivate let verb: String
        fileprivate let mode: FileDescriptor.AccessMode
        fileprivate let options: FileDescriptor.OpenOptions

        /// A file that exists.
        package static let reading = Purpose(verb: "read", mode: .readOnly, options: [])
        /// A directory that exists, for `synchronize`.
        package static let directory = Purpose(verb: "open", mode: .readOnly, options: .directory)
        /// Reading and writing; an empty file is made where there is none.
        package static let updating = Purpose(verb: "open", mode: .readWrite, options: .create)
        /// The same, but writes go to the end, wherever others have moved it.
        package static let appending = Purpose(verb: "open", mode: .readWrite, options: [.create, .append])
        /// A new file, or an old one without its content.
        package static let replacing = Purpose(verb: "create", mode: .writeOnly, options: [.create, .truncate])
        /// A new file: fails where there is one.
        package static let creating = Purpose(verb: "create", mode: .writeOnly, options: [.create, .exclusiveCreate])
        /// Writing past the system's cache, in whole blocks at aligned addresses. Not every file system offers this.
        package static let direct = Purpose(
            verb: "open", mode: .writeOnly, options: [.create, .init(rawValue: platform_direct_flag())])
    }

    package let path: String
    private let descriptor: FileDescriptor

    /// Opens a file.
    /// - Parameter permissions: of a file that is made, from the first moment on.
    package init(
        _ path: String, for purpose: Purpose,
        permissions: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead]
    ) throws(FileError) {
        self.path = path
        descriptor = try attempt(purpose.verb, path) {
            try FileDescriptor.open(
                FilePath(path), purpose.mode, options: purpose.options.union(.closeOnExec),
                permissions: purpose.options.contains(.create) ? permissions : nil)
        }
    }

    deinit {
        // Whatever must be on disk has been synchronized before.
        try? descriptor.close()
    }

    /// Bytes in the file; 0 for what has no end, such as a pipe. Where it is read next stays the same.
    package var count: Int {
        var status = stat()
        return fstat(descriptor.rawValue, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Drops everything from `count` on.
    package func truncate(to count: Int) throws(FileError) {
        try attempt("shorten", path) { try descriptor.resize(to: Int64(count)) }
    }

    /// Returns when content and size are on disk; `wholly` with all that is known of the file.
    package func synchronize(wholly: Bool = false) throws(FileError) {
        let descriptor = descriptor.rawValue
        _ = try attempt("flush", path) { try uninterrupted { wholly ? fsync(descriptor) : fdatasync(descriptor) } }
    }
}

// MARK: - Reading and writing

extension OpenFile {
    /// Returns `count` bytes, or fewer where the file ends before.
    /// - Parameter offset: of the first; by default they are those that follow what was read last.
    package func read(_ count: Int, at offset: Int? = nil) throws(FileError) -> [UInt8] {
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            do throws(FileError) {
                initialized = try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Fills `buffer`, or the start of it where the file ends before.
    /// - Parameter offset: of the first byte; by default that which follows what was read last.
    /// - Returns: how many bytes were read.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int? = nil) throws(FileError) -> Int {
        var count = 0
        while count < buffer.count {
            // Safe: the slice lies within the caller's memory, and `count` is of bytes that the system has filled.
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
            let from = offset.map { Int64($0 + count) }
            let moved = try attempt("read", path) {
                try from.map { try descriptor.read(fromAbsoluteOffset: $0, into: rest) } ?? descriptor.read(into: rest)
            }
            guard moved > 0 else { break }
            count += moved
        }
        return count
    }

    /// Writes all bytes from `offset` on.
    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(FileError) {
        _ = try attempt("write to", path) { try descriptor.writeAll(toAbsoluteOffset: Int64(offset), bytes) }
    }

    /// Writes all bytes where the last ones ended, or at the end of a file that is open for `appending`.
    package func write(_ bytes: some Sequence<UInt8>) throws(FileError) {
        _ = try attempt("write to", path) { try descriptor.writeAll(bytes) }
    }

    /// The same, in one call.
    /// - Returns: how many of the bytes the system took, at least one.
    package func writeSome(_ bytes: ArraySlice<UInt8>) throws(FileError) -> Int {
        try attempt("write to", path) { try bytes.withUnsafeBytes { try descriptor.write($0) } }
    }
}

// MARK: - Locking

extension OpenFile {
    /// Takes the advisory lock of this file, which the system gives to one that has it open at a time.
    /// - Returns: false where another has it.
    package func lock() throws(FileError) -> Bool {
        let descriptor = descriptor.rawValue
        do {
            _ = try attempt("lock", path) { try uninterrupted { flock(descriptor, LOCK_EX | LOCK_NB) } }
            return true
        } catch  where error.code == .wouldBlock {
            return false
        }
    }

    /// Gives the lock back. Closing alone would not do while a child that is just being started has a copy.
    package func unlock() {
        _ = flock(descriptor.rawValue, LOCK_UN)
    }
}

/// Names the file that a system call fails with.
private func attempt<Result>(
    _ verb: String, _ path: String, _ call: () throws -> Result
) throws(FileError) -> Result {
    do { return try call() } catch let reason as Errno { throw FileError(verb, path, reason) } catch {
        preconditionFailure("a system call threw \(error), which is no Errno")
    }
}
