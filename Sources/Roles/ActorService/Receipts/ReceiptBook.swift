import Diagnostics
import Experience
import Transport

/// Writes down what one client is told is stored, so that it can be verified later, also after the client was killed.
public struct ReceiptBook: Sendable {
    private let file: ReceiptFile
    private let actor: String
    private let incarnation: UInt64

    /// - Throws: where the file cannot be made.
    public init(path: String, client: LearnerClient.Configuration) throws {
        self.init(try ReceiptFile(path: path), client: client)
    }

    /// For one of several clients that share a file.
    package init(_ file: ReceiptFile, client: LearnerClient.Configuration) {
        self.file = file
        actor = client.actor
        incarnation = client.incarnation
    }

    /// Waits until all is in the file.
    /// - Throws: what went wrong with it at any time.
    public func finish() throws {
        try file.finish()
    }

    public func note(_ receipts: [Receipt]) {
        let now = ProcessUsage.now
        file.append(
            receipts.map { receipt in
                StoredReceipt(
                    key: TrajectoryKey(actor: actor, incarnation: incarnation, sequence: receipt.sequence),
                    checksum: receipt.checksum, bytes: receipt.bytes, latency: receipt.latency / .seconds(1), time: now)
            })
    }
}
