import Diagnostics
import Experience

/// One line of what an actor writes down: a trajectory that the learner said was stored.
package struct StoredReceipt: Sendable, Equatable {
    package var key: TrajectoryKey
    /// CRC-32C of the payload that was sent.
    package var checksum: UInt32
    /// Compressed bytes that were sent.
    package var bytes: Int
    /// From sending to the acknowledgement, in seconds.
    package var latency: Double
    /// When the acknowledgement came, on the clock of `ProcessUsage.now`.
    package var time: Double

    package init(key: TrajectoryKey, checksum: UInt32, bytes: Int, latency: Double, time: Double) {
        self.key = key
        self.checksum = checksum
        self.bytes = bytes
        self.latency = latency
        self.time = time
    }

    /// "actor,incarnation,sequence,checksum,bytes,latency,time".
    package var line: String {
        "\(key.actor),\(key.incarnation),\(key.sequence),\(checksum),\(bytes),\(latency),\(time)"
    }

    /// Nil for a line that is none.
    package init?(line: some StringProtocol) {
        let fields = line.split(separator: ",")
        guard fields.count == 7, let incarnation = UInt64(fields[1]), let sequence = UInt64(fields[2]),
            let checksum = UInt32(fields[3]), let bytes = Int(fields[4]), let latency = Double(fields[5]),
            let time = Double(fields[6])
        else { return nil }
        self.init(
            key: TrajectoryKey(actor: String(fields[0]), incarnation: incarnation, sequence: sequence),
            checksum: checksum, bytes: bytes, latency: latency, time: time)
    }
}
