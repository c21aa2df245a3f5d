import Foundation
import Glibc

/// What programs print, kept to a size: a file that is full becomes PATH.old, in place of the one before, and a new one
/// begins. One thread uses it.
///
/// It is for people who look for a reason: where it cannot be written, that is no reason to stop.
package final class BoundedFile {
    /// Bytes of each of the two files.
    package static let usualLimit = 1 << 20

    private let path: String
    private let limit: Int
    private var size = 0

    package init(_ path: String, limit: Int = usualLimit) {
        self.path = path
        self.limit = limit
        size = (try? OpenFile(path, for: .reading).count) ?? 0
    }

    /// Adds `bytes` at the end. Whoever has the file open for reading may go on reading it.
    package func append(_ bytes: some Collection<UInt8>) {
        if size > 0, size + bytes.count > limit {
            _ = rename(path, path + ".old")
            size = 0
        }
        guard let file = opened() else { return }
        if (try? file.write(bytes)) != nil { size += bytes.count }
    }

    /// The file, in a folder that is made where it is missing.
    private func opened() -> OpenFile? {
        if let file = try? OpenFile(path, for: .appending) { return file }
        mkdir(URL(fileURLWithPath: path).deletingLastPathComponent().path, 0o777)
        return try? OpenFile(path, for: .appending)
    }
}
