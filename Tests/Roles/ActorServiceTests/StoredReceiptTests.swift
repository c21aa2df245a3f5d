import ActorService
import Experience
import Foundation
import TestSupport
import Testing

@Suite(.blocking) struct StoredReceiptTests {
    @Test func linesAreReadAsWritten() throws {
        let directory = try TemporaryDirectory()
        let path = directory("receipts.csv")
        let receipts = (1...5000).map { number in
            StoredReceipt(
                key: TrajectoryKey(actor: "a-\(number)", incarnation: .max, sequence: UInt64(number)),
                checksum: .max, bytes: number, latency: 0.1 / Double(number), time: 1e5 + Double(number) / 3)
        }
        let file = try ReceiptFile(path: path)
        for receipt in receipts { file.append([receipt]) }
        try file.finish()
        #expect(try ReceiptFile.read(path) == receipts)
    }

    /// Whoever is told that something is stored never waits for a disk: here one that takes nothing.
    @Test func nobodyWaitsForTheFile() throws {
        let directory = try TemporaryDirectory()
        let path = directory("receipts.csv")
        #expect(mkfifo(path, 0o600) == 0)
        let reader = open(path, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        let file = try ReceiptFile(path: path)
        let receipt = StoredReceipt(
            key: TrajectoryKey(actor: "a", incarnation: 1, sequence: 1), checksum: 1, bytes: 1, latency: 1, time: 1)
        let time = ContinuousClock().measure {
            for _ in 0..<100 { file.append([StoredReceipt](repeating: receipt, count: 1000)) }
        }
        #expect(time < .seconds(10))
        var (bytes, count) = ([UInt8](repeating: 0, count: 1 << 16), 0)
        while count < 100_000 * (receipt.line.utf8.count + 1) { count += max(0, read(reader, &bytes, bytes.count)) }
        try file.finish()
    }

    /// A device that is full: whoever compares receipts later is told that some are missing.
    @Test(.enabled(if: access("/dev/full", W_OK) == 0)) func lostReceiptsAreSaid() throws {
        let file = try ReceiptFile(path: "/dev/full")
        file.append([
            StoredReceipt(
                key: TrajectoryKey(actor: "a", incarnation: 1, sequence: 1), checksum: 1, bytes: 1, latency: 1, time: 1)
        ])
        let error = #expect(throws: (any Error).self) { try file.finish() }
        #expect(error.map { "\($0)" } == "cannot write to /dev/full: the disk is full")
    }

    @Test(arguments: ["", "a,1,2", "a,1,2,3,4,0.5,x"])
    func damagedLinesAreNone(line: String) {
        #expect(StoredReceipt(line: line) == nil)
    }

    /// The process was killed while it wrote.
    @Test func aLineThatWasCutIsLeftOut() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("a,1,2,3,4,0.5,6.0\na,1,3,3,4,0.5", to: "receipts.csv")
        #expect(try ReceiptFile.read(path).map(\.key.sequence) == [2])
    }

    @Test func aLineThatIsNoReceiptIsNamed() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("what\n", to: "receipts.csv")
        let error = #expect(throws: (any Error).self) { try ReceiptFile.read(path) }
        #expect(error.map { "\($0)" } == "\(path) holds a line that is no receipt: what")
    }
}
