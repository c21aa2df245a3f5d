import CDirectFiles
import Foundation

/// One file of payloads, one after the other, open for as long as somebody reads it: also after it was removed.
package final class PayloadFile: Sendable {
    let number: Int64
    let path: String
    private let descriptor: Int32
    /// For writing: past the system's cache where the file system allows it.
    private let writing: Int32

    package static func name(_ number: Int64) -> String { String(format: "replay-%010lld.payloads", number) }

    /// The number in a file's name; nil for other files.
    static func number(_ name: String) -> Int64? {
        guard name.hasPrefix("replay-"), name.hasSuffix(".payloads") else { return nil }
        return Int64(name.dropFirst("replay-".count).dropLast(".payloads".count))
    }

    /// Opens a file, which is made if it does not exist.
    /// - Throws: `.storage`.
    init(directory: String, number: Int64) throws(ReplayError) {
        self.number = number
        path = directory + "/" + Self.name(number)
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.error(path) }
        let direct = direct_files_open(path)
        writing = direct >= 0 ? direct : descriptor
    }

    deinit {
        if writing != descriptor { close(writing) }
        close(descriptor)
    }

    /// Bytes in the file.
    var count: Int {
        get throws(ReplayError) {
            let end = lseek(descriptor, 0, SEEK_END)
            guard end >= 0 else { throw Self.error(path) }
            return Int(end)
        }
    }

    /// Drops everything from `count` on.
    func truncate(to count: Int) throws(ReplayError) {
        guard ftruncate(descriptor, off_t(count)) == 0 else { throw Self.error(path) }
    }

    /// - Parameter bytes: from an `AlignedBuffer`, a multiple of its alignment, as `offset` is.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(ReplayError) {
        try transfer(bytes.count) { done in
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let moved = pwrite(writing, rest.baseAddress, rest.count, off_t(offset + done))
            // Past the cache only whole blocks are taken: not the rest of one, nor of a disk whose blocks are larger.
            guard moved < 0, errno == EINVAL, writing != descriptor else { return moved }
            return pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
        }
    }

    func read(_ count: Int, at offset: Int) throws(ReplayError) -> [UInt8] {
        var failure: ReplayError?
        let payload = [UInt8](unsafeUninitializedCapacity: count) { bytes, initialized in
            do throws(ReplayError) {
                try transfer(count) { done in
                    pread(descriptor, bytes.baseAddress.map { $0 + done }, count - done, off_t(offset + done))
                }
                initialized = count
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return payload
    }

    /// Returns when everything written is on disk.
    func synchronize() throws(ReplayError) {
        guard fdatasync(descriptor) == 0 else { throw Self.error(path) }
    }

    /// Calls `part` with the number of bytes that are done until all are.
    private func transfer(_ count: Int, _ part: (Int) -> Int) throws(ReplayError) {
        var done = 0
        while done < count {
            let moved = part(done)
            if moved < 0, errno == EINTR { continue }
            guard moved >= 0 else { throw Self.error(path) }
            guard moved > 0 else { throw ReplayError(.damaged, "\(path) is shorter than what was stored in it") }
            done += moved
        }
    }

    private static func error(_ path: String) -> ReplayError {
        let reason = errno == ENOSPC ? "the disk is full" : String(cString: strerror(errno))
        return ReplayError(.storage, "\(path): \(reason)")
    }
}
