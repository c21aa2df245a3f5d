import Files
import Synchronization
import SystemPackage
import Threads

/// Where an actor process writes its receipts: any event loop hands them over, a thread of the file's own writes.
package final class ReceiptFile: Sendable {
    /// Groups of receipts that wait for the disk.
    private static let waitingGroups = 1 << 18
    /// The longest that a disk may take for what waits.
    private static let patience = Duration.seconds(60)

    private let trouble: Trouble
    private let backlog: Backlog<[StoredReceipt]>

    /// What went wrong with the file at any time.
    private final class Trouble: Sendable {
        let path: String
        private let first = Mutex<FileError?>(nil)

        init(path: String) { self.path = path }

        func note(_ error: FileError) { first.withLock { $0 = $0 ?? error } }
        func check() throws(FileError) { if let error = first.withLock({ $0 }) { throw error } }
    }

    package init(path: String) throws(FileError) {
        let file = try OpenFile(path, for: .replacing)
        let trouble = Trouble(path: path)
        self.trouble = trouble
        backlog = Backlog(name: "receipts", limit: Self.waitingGroups) { groups, dropped in
            do throws(FileError) {
                guard dropped == 0 else { throw FileError("keep up with", path, .timedOut) }
                try file.write(Array(groups.joined().map { "\($0.line)\n" }.joined().utf8))
            } catch {
                trouble.note(error)
            }
        }
    }

    package func append(_ receipts: [StoredReceipt]) {
        backlog.add(receipts)
    }

    /// Waits until all is in the file.
    /// - Throws: what went wrong with this file at any time.
    package func finish() throws(FileError) {
        if !backlog.finish(within: Self.patience) { trouble.note(FileError("finish", trouble.path, .timedOut)) }
        try trouble.check()
    }
}

extension ReceiptFile {
    /// Returns the receipts in a file. Of a process that was killed, the last line may be cut.
    package static func read(_ path: String) throws -> [StoredReceipt] {
        let file = try OpenFile(path, for: .reading)
        let text = String(decoding: try file.read(file.count), as: UTF8.self)
        let whole = text.lastIndex(of: "\n").map { text[...$0] } ?? ""
        return try whole.split(separator: "\n").map { line in
            guard let receipt = StoredReceipt(line: line) else { throw DamagedReceipt(path: path, line: String(line)) }
            return receipt
        }
    }

    private struct DamagedReceipt: Error, CustomStringConvertible {
        let path: String
        let line: String
        var description: String { "\(path) holds a line that is no receipt: \(line)" }
    }
}
