import Foundation

/// The file below `MetricsLog`: append, and cut off what a crash left half-written.
struct LineFile: ~Copyable, Sendable {
    /// Longer than any line that is written; an end without a newline beyond this is no line of ours.
    private static let maximumTail = 1 << 20

    let path: String
    private let descriptor: Int32

    init(path: String) throws(MetricsFileError) {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.error(path) }
    }

    deinit { close(descriptor) }

    /// Bytes in it; 0 for what has no size, such as a pipe.
    var count: Int {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Makes the file end with a newline: a last line that lacks only that gets it, a torn one is removed.
    mutating func repair() throws(MetricsFileError) {
        let size = lseek(descriptor, 0, SEEK_END)
        // A pipe or a device has no end to repair.
        guard size > 0 else { return }
        let start = max(0, size - off_t(Self.maximumTail))
        var tail = [UInt8](repeating: 0, count: Int(size - start))
        let count = pread(descriptor, &tail, tail.count, start)
        guard count == tail.count else { throw Self.error(path) }
        let lineStart = tail.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        guard lineStart < tail.count else { return }
        let isWhole = (try? JSONSerialization.jsonObject(with: Data(tail[lineStart...]))) is [String: Any]
        if isWhole {
            guard write([UInt8(ascii: "\n")]).failure == nil else { throw Self.error(path) }
        } else {
            guard ftruncate(descriptor, start + off_t(lineStart)) == 0 else { throw Self.error(path) }
        }
    }

    /// Appends bytes.
    ///
    /// - Returns: how many were written, and the reason if that is not all.
    func write(_ bytes: [UInt8]) -> (written: Int, failure: String?) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                written += count
            } else if errno != EINTR {
                return (written, String(cString: strerror(errno)))
            }
        }
        return (written, nil)
    }

    private static func error(_ path: String) -> MetricsFileError {
        MetricsFileError(message: "\(path): \(String(cString: strerror(errno)))")
    }
}
