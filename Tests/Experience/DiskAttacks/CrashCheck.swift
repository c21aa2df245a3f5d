public import Foundation

/// Rebuilds what disks may hold at moments of a recording, opens it, and compares it with what was promised by then.
public struct CrashCheck {
    public struct State: Sendable {
        /// Records before the power loss.
        public let records: Int
        public let loss: PowerLoss
        /// What was promised by then.
        public let promises: Promises
        /// Nil where all of that is there.
        public let problem: String?
    }

    private let scratch: URL

    /// - Parameter scratch: where states are laid out, one after the other.
    public init(scratch: URL) {
        self.scratch = scratch
    }

    /// - Parameters:
    ///   - points: moments, evenly over the recording, the last one after its end. Those after the first promise that follows
    ///     a failed flush come on top.
    ///   - losses: at each of them.
    public func run(
        _ recording: DiskRecording, points: Int, losses: [PowerLoss] = PowerLoss.allCases, seed: UInt64
    ) throws -> [State] {
        let records = recording.records
        var moments = Set((1...points).map { records.count * $0 / points } + recording.promisesAfterFailures)
        var image = DiskImage(seed: seed)
        var states: [State] = []
        for (index, record) in records.enumerated() {
            image.apply(record)
            guard moments.remove(index + 1) != nil else { continue }
            for loss in losses { states.append(try state(image, after: index + 1, loss, seed: seed)) }
        }
        return states
    }

    private func state(_ image: DiskImage, after records: Int, _ loss: PowerLoss, seed: UInt64) throws -> State {
        let directory = scratch.appending(path: "state")
        try? FileManager.default.removeItem(at: directory)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try image.write(after: loss, seed: seed &+ UInt64(records), to: directory)
        let promises = Promises(notes: image.notes)
        let problem = AttackedReplay.problem(in: directory.path, after: promises)
        return State(records: records, loss: loss, promises: promises, problem: problem)
    }
}

extension DiskRecording {
    /// For each failed flush, the records up to the next promise, that one included.
    fileprivate var promisesAfterFailures: [Int] {
        var (counts, hasFailed) = ([Int](), false)
        for (index, record) in records.enumerated() {
            switch record {
            case .failedFlush: hasFailed = true
            case .note where hasFailed:
                counts.append(index + 1)
                hasFailed = false
            default: break
            }
        }
        return counts
    }

    /// All that was promised.
    public var promises: Promises {
        Promises(notes: records.compactMap { if case .note(let note) = $0 { note } else { nil } })
    }
}
