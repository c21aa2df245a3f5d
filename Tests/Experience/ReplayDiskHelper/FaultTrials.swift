import DiskAttacks
import Foundation

/// Makes every call of a commit, and of a file that is replaced beside it, fail, one after the other: once, and for as long as it takes until storing is blocked. In the
/// end all must be acknowledged, and what a power loss leaves at any time must hold what was acknowledged by then.
struct FaultTrials {
    let directory: String
    /// Every so many-th call fails.
    let stride: Int

    private static let before = 30
    private static let during = 12

    private enum Duration: CaseIterable { case once, untilBlocked }

    /// Prints how many calls of each kind were made to fail, as "open 12", and ends with status 1 where something is wrong.
    func run() throws {
        var problems = 0
        for kind in DiskCalls.Kind.allCases {
            var trials = 0
            for error in [EIO, ENOSPC] {
                for duration in Duration.allCases {
                    var number = 1
                    while try attempt(kind, number, error, duration, &problems) {
                        trials += 1
                        number += stride
                    }
                }
            }
            print(kind, trials)
        }
        exit(problems == 0 ? 0 : 1)
    }

    /// - Returns: whether a call failed: otherwise there are no more.
    private func attempt(
        _ kind: DiskCalls.Kind, _ number: Int, _ error: Int32, _ duration: Duration, _ problems: inout Int
    ) throws -> Bool {
        let run = "\(directory)/run"
        let log = "\(directory)/log"
        try? FileManager.default.removeItem(atPath: run)
        try FileManager.default.createDirectory(atPath: run + "/checkpoints", withIntermediateDirectories: true)
        try DiskCalls.watch(run, log: log)
        let storing = try Storing(run)
        for sequence in 1...Self.before { try storing.submit(sequence, limit: 4) }
        var isWhole = storing.settle()
        DiskCalls.fail(kind, number: number, count: duration == .once ? 1 : .max, error: error)
        for sequence in Self.before + 1...Self.before + Self.during { try storing.submit(sequence) }
        // It may fail; what it promises must be true.
        try? replaceFile(1, run)
        if duration == .untilBlocked { storing.blockOrSettle() } else { isWhole = storing.settle() && isWhole }
        let hasFailed = DiskCalls.failed > 0
        DiskCalls.mend()
        try replaceFile(2, run)
        isWhole = storing.settle() && isWhole
        try storing.close()
        try DiskCalls.watch("", log: nil)
        for problem in try problemsFound(isWhole, run, log, seed: UInt64(number)) {
            problems += 1
            print("\(kind) \(number), error \(error), \(duration): \(problem)")
        }
        return hasFailed
    }

    private func replaceFile(_ number: Int, _ run: String) throws {
        try AttackedReplay.replaceFile(number, in: run)
        DiskCalls.note(Promises.file(number))
    }

    private func problemsFound(_ isWhole: Bool, _ run: String, _ log: String, seed: UInt64) throws -> [String] {
        let recording = try DiskRecording(log: URL(fileURLWithPath: log))
        var found = isWhole ? [] : ["not all was acknowledged half a minute after the fault was gone"]
        let promises = recording.promises
        if promises.stored != Self.before + Self.during { found.append("\(promises.stored) were acknowledged") }
        if let problem = AttackedReplay.problem(in: run, after: promises) { found.append(problem) }
        let check = CrashCheck(scratch: URL(fileURLWithPath: directory))
        let states = try check.run(recording, points: 3, losses: [.chance], seed: seed)
        return found + states.compactMap(\.problem)
    }
}
