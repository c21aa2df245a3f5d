public import Foundation

/// All that a program did to the files of a directory, in an order in which it could have happened.
public struct DiskRecording: Sendable {
    public struct Malformed: Error {}

    public let records: [DiskRecord]

    public init(records: [DiskRecord]) {
        self.records = records
    }

    /// Reads the log of `disk_calls_watch`.
    public init(log: URL) throws {
        let data = try Data(contentsOf: log)
        var found: [DiskRecord] = []
        var place = 0
        while place < data.count {
            guard let head = Head(data, at: place), let kind = DiskRecord.Kind(rawValue: head.kind),
                place + Head.bytes + head.count <= data.count
            else { throw Malformed() }
            place += Head.bytes
            let bytes = data[place..<place + head.count]
            guard let record = DiskRecord(kind, file: head.file, offset: head.offset, bytes: bytes) else {
                throw Malformed()
            }
            found.append(record)
            place += head.count
        }
        records = found
    }

    /// `disk_record` of `disk_calls.h`.
    private struct Head {
        static let bytes = 24

        let kind: UInt32
        let file: Int
        let offset: Int
        let count: Int

        init?(_ data: Data, at place: Int) {
            guard place + Self.bytes <= data.count else { return nil }
            // Safe: so many bytes are there, and all members are numbers.
            (kind, file, offset, count) = data.withUnsafeBytes { bytes in
                (
                    bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self),
                    Int(bytes.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self)),
                    Int(bytes.loadUnaligned(fromByteOffset: place + 8, as: UInt64.self)),
                    Int(bytes.loadUnaligned(fromByteOffset: place + 16, as: UInt64.self))
                )
            }
        }
    }

    /// The same program on a disk that lies: it says that it has flushed what it has not.
    /// - Parameter isIgnored: for the paths of files, and for "" and others of directories.
    public func ignoringFlushes(where isIgnored: (String) -> Bool) -> DiskRecording {
        var paths: [Int: String] = [:]
        return DiskRecording(
            records: records.filter { record in
                switch record {
                case .create(let file, let path): paths[file] = path
                case .flush(let file): return !isIgnored(paths[file] ?? "")
                case .flushNames(let directory): return !isIgnored(directory)
                default: break
                }
                return true
            })
    }
}
