import Foundation
import Synchronization

/// Where an actor process writes its receipts; used from all of its event loops.
final class ReceiptFile: Sendable {
    private struct State: ~Copyable {
        let file: FileHandle
        var buffer = Data()
        var failure: (any Error)?
    }

    private let bufferBytes: Int
    private let state: Mutex<State>

    /// - Parameter bufferBytes: what may wait to be written.
    init(path: String, bufferBytes: Int = 1 << 16) throws {
        self.bufferBytes = bufferBytes
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        state = Mutex(State(file: try FileHandle(forWritingTo: URL(fileURLWithPath: path))))
    }

    func append(_ receipts: [StoredReceipt]) {
        state.withLock { state in
            for receipt in receipts { state.buffer += Data((receipt.line + "\n").utf8) }
            if state.buffer.count >= bufferBytes { Self.write(&state) }
        }
    }

    /// Writes the rest.
    /// - Throws: what went wrong with this file at any time.
    func close() throws {
        try state.withLock { state in
            Self.write(&state)
            if let failure = state.failure { throw failure }
            try state.file.close()
        }
    }

    private static func write(_ state: inout State) {
        do { try state.file.write(contentsOf: state.buffer) } catch { state.failure = error }
        state.buffer.removeAll(keepingCapacity: true)
    }

    /// The receipts in a file. Of a process that was killed, the last line may be cut.
    static func read(_ path: String) throws -> [StoredReceipt] {
        let text = try String(contentsOfFile: path, encoding: .utf8)
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
