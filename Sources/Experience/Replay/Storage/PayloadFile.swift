import Files
import Foundation
import NIOCore
import SystemPackage
import TrajectoryCodec

/// One file of payloads, one after the other, open for as long as somebody reads it: also after it was removed.
package final class PayloadFile: Sendable {
    let number: Int64
    private let file: OpenFile
    /// For writing past the system's cache; nil where the file system does not allow it, and for who only reads.
    private let direct: OpenFile?

    var path: String { file.path }

    package static func name(_ number: Int64) -> String { String(format: "replay-%010lld.payloads", number) }

    /// The number in a file's name; nil for other files.
    static func number(_ name: String) -> Int64? {
        guard name.hasPrefix("replay-"), name.hasSuffix(".payloads") else { return nil }
        return Int64(name.dropFirst("replay-".count).dropLast(".payloads".count))
    }

    init(number: Int64, file: consuming OpenFile, direct: consuming OpenFile?) {
        self.number = number
        self.file = file
        self.direct = direct
    }

    /// Opens the file that payloads are added to, which is made if it does not exist.
    /// - Throws: `.storage`.
    convenience init(writing number: Int64, in directory: String) throws(ReplayError) {
        let path = directory + "/" + Self.name(number)
        let file = try storing { () throws(FileError) in try OpenFile(path, for: .updating) }
        self.init(number: number, file: file, direct: try? OpenFile(path, for: .direct))
    }

    /// Opens a file that is only read from now on.
    /// - Throws: `.incomplete` where there is none, `.storage`.
    convenience init(reading number: Int64, in directory: String) throws(ReplayError) {
        let path = directory + "/" + Self.name(number)
        do throws(FileError) {
            self.init(number: number, file: try OpenFile(path, for: .reading), direct: nil)
        } catch {
            guard error.code == .noSuchFileOrDirectory else { throw ReplayError(.storage, "\(error)") }
            throw ReplayError(
                .incomplete,
                "\(path) is missing: put it back, or move replay.sqlite away to go on with new experience")
        }
    }

    /// Bytes in the file.
    var count: Int { file.count }

    /// Drops everything from `count` on.
    func truncate(to count: Int) throws(ReplayError) {
        try storing { () throws(FileError) in try file.truncate(to: count) }
    }

    /// - Parameter bytes: from an `AlignedBuffer`, a multiple of its alignment, as `offset` is.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(ReplayError) {
        try storing { () throws(FileError) in
            do throws(FileError) {
                if try direct?.write(bytes, at: offset) != nil { return }
            } catch  where error.code == .invalidArgument {
                // Past the cache only whole blocks are taken: not the rest of one, nor of a disk whose blocks are larger.
            }
            try file.write(bytes, at: offset)
        }
    }

    /// - Throws: `.incomplete` where the file ends before, `.storage`.
    func read(_ count: Int, at offset: Int) throws(ReplayError) -> ByteBuffer {
        var payload = ByteBuffer.exact(capacity: count)
        try storing { () throws(FileError) in
            _ = try payload.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { bytes throws(FileError) in
                try file.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<count]), at: offset)
            }
        }
        guard payload.readableBytes == count else { throw isShort }
        return payload
    }

    /// - Parameter end: of the last payload in it.
    /// - Throws: `.incomplete` where the file ends before.
    func require(_ end: Int) throws(ReplayError) {
        guard count >= end else { throw isShort }
    }

    private var isShort: ReplayError {
        ReplayError(
            .incomplete,
            "\(path) is shorter than what was stored in it: put it back whole, or move replay.sqlite away to go on with "
                + "new experience")
    }

    /// Returns when everything written is on disk.
    func synchronize() throws(ReplayError) {
        try storing { () throws(FileError) in try file.synchronize() }
    }
}

/// Does what a full disk or a broken mount may prevent.
/// - Throws: `.storage`.
func storing<Result: ~Copyable>(_ body: () throws(FileError) -> Result) throws(ReplayError) -> Result {
    do throws(FileError) { return try body() } catch { throw ReplayError(.storage, "\(error)") }
}
