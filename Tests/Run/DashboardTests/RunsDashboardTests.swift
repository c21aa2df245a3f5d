import Diagnostics
import Foundation
import Measurements
import TestSupport
import Testing

@testable import Dashboard

@Suite(.timeLimit(.minutes(5))) struct RunsDashboardTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func write(_ episodes: Range<Int>, to run: String, more: String = "") throws {
        try FileManager.default.createDirectory(atPath: directory(run), withIntermediateDirectories: true)
        let lines = episodes.map { Samples.record(Samples.episode($0 * 10, Double($0)), at: Double($0)).json + "\n" }
        _ = try directory.write(lines.joined() + more, to: run + "/metrics.jsonl")
    }

    private func text(_ run: ShownRun) -> String {
        var json = JSONText()
        run.writeAll(to: &json, pictures: [])
        return String(decoding: json.bytes, as: UTF8.self)
    }

    @Test func runsAreFoundAndFollowed() throws {
        try write(0..<3, to: "runs/one")
        try write(0..<5, to: "runs/grid/two", more: "{\"bad\n")
        let runs = RunList(isLive: false)
        var follower = RunFollower(runs, folders: [directory("runs"), directory("runs") + "/one/"])
        follower.search()
        follower.read()
        #expect(runs.all.map(\.name) == ["grid/two", "one"])
        #expect(text(runs.all[0]).contains("\"episodes\":5") && text(runs.all[0]).contains("\"unreadLines\":1"))
        #expect(text(runs.all[1]).contains("\"episodes\":3"))
        // One grows by a line and a half, another begins.
        try write(0..<4, to: "runs/one", more: "{\"time\":")
        try write(0..<1, to: "runs/three")
        follower.search()
        follower.read()
        #expect(runs.all.map(\.name) == ["grid/two", "one", "three"])
        #expect(text(runs.all[1]).contains("\"episodes\":4") && text(runs.all[1]).contains("\"unreadLines\":0"))
        // One is made coarser by its learner.
        try write(0..<2, to: "runs/one")
        follower.read()
        #expect(text(runs.all[1]).contains("\"episodes\":2") && text(runs.all[1]).contains("\"epoch\":1"))
    }

    @Test func aFolderThatIsMissingIsNamed() {
        let path = directory("nothing")
        #expect(throws: UserError.self) {
            try RunsDashboard(DashboardServer.Options(host: "127.0.0.1", port: 0), folders: [path])
        }
    }
}
