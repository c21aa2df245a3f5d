import Files
import Synchronization

/// Where an actor process writes its receipts; used from all of its event loops.
package final class ReceiptFile: Sendable {
    private struct State: ~Copyable {
        let file: OpenFile
        var buffer: [UInt8] = []
        var failure: FileError?
    }

    private let bufferBytes: Int
    private let state: Mutex<State>

    /// - Parameter bufferBytes: what may wait to be written.
    package init(path: String, bufferBytes: Int = 1 << 16) throws(FileError) {
        self.bufferBytes = bufferBytes
        state = Mutex(State(file: try OpenFile(path, for: .replacing)))
    }

    package func append(_ receipts: [StoredReceipt]) {
        state.withLock { state in
            for receipt in receipts { state.buffer += "\(receipt.line)\n".utf8 }
            if state.buffer.count >= bufferBytes { Self.write(&state) }
        }
    }

    /// Writes the rest.
    /// - Throws: what went wrong with this file at any time.
    package func close() throws(FileError) {
        let failure = state.withLock { state in
            Self.write(&state)
            return state.failure
        }
        if let failure { throw failure }
    }

    private static func write(_ state: inout State) {
        do throws(FileError) { try state.file.write(state.buffer) } catch { state.failure = error }
        state.buffer.removeAll(keepingCapacity: true)
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
