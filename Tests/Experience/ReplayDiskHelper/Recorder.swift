import DiskAttacks
import Foundation

/// Stores trajectories, a few in a commit, replaces a file now and then, and opens everything again half-way.
struct Recorder {
    let directory: String
    let log: String
    /// Whether flushes fail now and then.
    let isFailing: Bool

    func run(trajectories: Int) throws {
        // The recorder knows no directories but those that are there.
        try FileManager.default.createDirectory(atPath: directory + "/checkpoints", withIntermediateDirectories: true)
        try DiskCalls.watch(directory, log: log)
        try store(1...trajectories / 2)
        try store(trajectories / 2 + 1...trajectories)
    }

    private func store(_ sequences: ClosedRange<Int>) throws {
        DiskCalls.mend()
        let storing = try Storing(directory)
        for sequence in sequences {
            // The first commit is the one that finds in SQLite's log what opening has left there.
            if isFailing, sequence == sequences.lowerBound {
                DiskCalls.fail(.flushData, number: 1, count: 1, error: EIO)
            } else if isFailing, sequence.isMultiple(of: 9) {
                DiskCalls.fail(.flushData, number: 1 + sequence / 9 % 3, count: 1, error: EIO)
            }
            try storing.submit(sequence, limit: 3)
            if sequence.isMultiple(of: 10) { try replaceFile(sequence) }
        }
        _ = storing.settle()
        DiskCalls.mend()
        try storing.close()
    }

    private func replaceFile(_ number: Int) throws {
        try AttackedReplay.replaceFile(number, in: directory)
        DiskCalls.note(Promises.file(number))
    }
}
