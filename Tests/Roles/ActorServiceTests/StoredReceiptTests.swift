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
        file.append(receipts)
        try file.close()
        #expect(try ReceiptFile.read(path) == receipts)
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
