import Foundation
import Measurements
import TestSupport
import Testing

/// The page in a real Chromium. What it needs comes with `scripts/setup --browser`; DREAMER_BROWSER_PYTHON names another
/// Python with `selenium` and `axe-core-python`.
@Suite(.timeLimit(.minutes(5))) struct BrowserTests {
    private static let (chromium, driver) = ("/usr/bin/chromium", "/usr/bin/chromedriver")
    private static let variables = ProcessInfo.processInfo.environment
    private static var python: String {
        variables["DREAMER_BROWSER_PYTHON"] ?? Repository.root.appending(path: ".venv-browser/bin/python").path
    }
    private static var isWanted: Bool { variables["DREAMER_SLOW_TESTS"] != nil }
    private static var isThere: Bool {
        [python, chromium, driver].allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }
    }

    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test(
        .enabled(if: isWanted, "it takes half a minute: set DREAMER_SLOW_TESTS"),
        .enabled(if: isThere, "there is no browser: scripts/setup --browser"))
    func thePageWorks() async throws {
        let directory = directory
        let said = try await Serving.run(directory: directory) { (server: Serving) async throws in
            let life = Task { await Self.live(on: server) }
            defer { life.cancel() }
            return try await onThread { try Self.look(at: server.address) }
        }
        let seen = try #require(
            try? JSONSerialization.jsonObject(with: said) as? [String: Any], "the browser said nothing that can be read"
        )
        #expect(seen["title"] as? String == "catch · dreamerv3" && seen["status"] as? String == "live")
        #expect(seen["updates"] as? Bool == true && seen["joined"] as? Bool == true)
        #expect(seen["left"] as? String == "it was silent")
        #expect((seen["curves"] as? Int ?? 0) >= 4)
        let names = try #require(seen["names"] as? [String])
        #expect(names.contains("<img src=x onerror=alert(1)>") && seen["foreign"] as? Int == 0)
        #expect(seen["page"] as? String == "1 of 20")
        #expect(seen["sorted"] as? String == "Steps/s ↓")
        #expect((seen["curve"] as? String)?.contains(": ") == true)
        #expect(seen["reached"] as? [String] == ["actor-filter", "axis", "share", "smoothing", "svg", "theme"])
        #expect((seen["link"] as? String)?.contains("x=minutes") == true && seen["chosen"] as? String == "minutes")
        let violations = try #require(seen["violations"] as? [String: [String]])
        #expect(violations.count == 3 && violations.values.allSatisfy(\.isEmpty), "\(violations)")
        #expect(seen["overflow"] as? Bool == false)
        #expect((seen["errors"] as? [String])?.isEmpty == true, "\(seen["errors"] ?? "")")
    }

    /// A run with a thousand actors, and a guest that stays for three seconds of six.
    private static func live(on server: Serving) async {
        server.publish(Samples.start, Samples.actor("<img src=x onerror=alert(1)>"), at: now)
        for index in 0..<1000 { server.publish(Samples.actor("many-\(index)"), at: now) }
        var step = 10
        // Cancellation ends the pause, and with it the loop.
        while (try? await Task.sleep(for: .milliseconds(200))) != nil {
            step += 1
            let isHere = step / 15 % 2 == 1
            server.publish(
                Samples.actor("guest", connected: isHere, end: isHere ? nil : "it was silent"),
                Samples.episode(step, Double(step % 7)), Samples.training(step, loss: Float(100 / step)),
                Samples.replay(step, stored: step),
                Samples.progress(step, waiting: step % 20 < 10 ? "actors wait" : nil),
                at: now)
        }
    }

    private static var now: Double { Date().timeIntervalSince1970 }

    private static func look(at address: String) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [
            Repository.root.appending(path: "Tests/Run/DashboardTests/Browser/browser.py").path, address, chromium,
            driver,
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return said
    }
}
