public import Foundation

/// One thing that a program did to the files of a directory, as `CDiskCalls` has written it down.
public enum DiskRecord: Sendable {
    case create(file: Int, path: String)
    case write(file: Int, offset: Int, bytes: Data)
    case truncate(file: Int, count: Int)
    case flush(file: Int)
    case failedFlush(file: Int)
    case flushNames(directory: String)
    case remove(path: String)
    case rename(from: String, to: String)
    /// What the program has promised: from here on it must be true after a crash.
    case note(String)

    /// What a record is, as `disk_calls.h` numbers it.
    enum Kind: UInt32 {
        case create = 1
        case write, truncate, flush, failedFlush, flushNames, remove, rename, note
    }

    init?(_ kind: Kind, file: Int, offset: Int, bytes: Data) {
        let text = { String(decoding: bytes, as: UTF8.self) }
        switch kind {
        case .create: self = .create(file: file, path: text())
        case .write: self = .write(file: file, offset: offset, bytes: bytes)
        case .truncate: self = .truncate(file: file, count: offset)
        case .flush: self = .flush(file: file)
        case .failedFlush: self = .failedFlush(file: file)
        case .flushNames: self = .flushNames(directory: text())
        case .remove: self = .remove(path: text())
        case .rename:
            let paths = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            guard paths.count == 2 else { return nil }
            self = .rename(from: paths[0], to: paths[1])
        case .note: self = .note(text())
        }
    }
}
