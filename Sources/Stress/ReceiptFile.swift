import Foundation
import Synchronization

/// Where an actor process writes its receipts; used from all of its event loops.
final class ReceiptFile: Sendable {
    private struct State: ~Copyable {
        let file: FileHandle
        var buffer = Data()
        var failure: (any Error)?
    }

    private static let bufferBytes = 1 << 16
    private let state: Mutex<State>

    init(path: String) throws {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        state = Mutex(State(file: try FileHandle(forWritingTo: URL(fileURLWithPath: path))))
    }

    func append(_ receipts: [StoredReceipt]) {
        state.withLock { state in
            for receipt in receipts { state.buffer += Data((receipt.line + "\n").utf8) }
            if state.buffer.count >= Self.bufferBytes { Self.write(&state) }
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

    /// The receipts in a file.
    static func read(_ path: String) throws -> [StoredReceipt] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
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
