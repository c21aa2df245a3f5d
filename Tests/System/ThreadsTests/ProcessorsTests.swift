import Foundation
import TestSupport
import Testing

@testable import Threads

/// How many processors a process may keep busy, in containers, too.
@Suite struct ProcessorsTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func quota(_ groups: String, _ files: [String: String]) throws -> Double? {
        for (path, text) in files {
            let file = directory.url.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        try Data(groups.utf8).write(to: directory.url.appending(path: "process"))
        return ProcessorQuota.read(process: directory("process"), groups: directory("groups"))
    }

    @Test func noLimitIsNone() throws {
        #expect(try quota("0::/\n", [:]) == nil)
        #expect(try quota("0::/a\n", ["groups/a/cpu.max": "max 100000\n"]) == nil)
        #expect(try quota("4:cpu:/\n", ["groups/cpu/cpu.cfs_quota_us": "-1\n"]) == nil)
        #expect(try quota("nonsense\n", [:]) == nil)
        #expect(ProcessorQuota.read(process: directory("nothing"), groups: directory("groups")) == nil)
    }

    /// A group cannot have more than the one that it is in.
    @Test func theLowestLimitOfAllGroupsCounts() throws {
        let files = [
            "groups/cpu.max": "max 100000\n", "groups/a/cpu.max": "150000 100000\n",
            "groups/a/b/cpu.max": "400000 100000\n",
        ]
        #expect(try quota("0::/a/b\n", files) == 1.5)
    }

    @Test func olderGroupsCountToo() throws {
        let files = [
            "groups/cpu,cpuacct/job/cpu.cfs_quota_us": "50000\n",
            "groups/cpu,cpuacct/job/cpu.cfs_period_us": "100000\n",
        ]
        #expect(try quota("3:memory:/job\n1:cpu,cpuacct:/job\n0::/\n", files) == 0.5)
    }

    @Test(arguments: [(8, nil, 8), (8, 2.0, 2), (8, 2.5, 3), (2, 64, 2), (4, 0.3, 1)] as [(Int, Double?, Int)])
    func usableAreThoseThatMayRun(allowed: Int, quota: Double?, usable: Int) {
        #expect(Processors.usable(of: allowed, quota: quota) == usable)
    }

    @Test func whatHoldsThemBackIsSaid() {
        #expect(Processors.description(of: 2, quota: nil) == "2 processors")
        #expect(Processors.description(of: 2, quota: 16) == "2 processors")
        #expect(
            Processors.description(of: 8, quota: 0.5) == "1 processor (of 8, a control group allows the time of 0.5)")
    }
}
