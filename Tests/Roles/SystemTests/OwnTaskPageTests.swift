import Foundation
import TestSupport
import Testing

extension SlowTests {
    /// "Your own task" of `docs/environments.md`: its files are written and its commands run, in their order.
    @Suite(.enabled(if: Program.python != nil), .timeLimit(.minutes(30))) struct OwnTaskPageTests {
        /// The blocks of one language in that section of the page.
        private func blocks(_ language: String) throws -> [String] {
            let page = try String(contentsOf: Repository.root.appending(path: "docs/environments.md"), encoding: .utf8)
            let start = try #require(page.range(of: "## Your own task"))
            let rest = page[start.upperBound...]
            let section = rest[..<(rest.range(of: "\n## ")?.lowerBound ?? rest.endIndex)]
            return section.components(separatedBy: "```\(language)\n").dropFirst().map {
                $0.components(separatedBy: "\n```")[0]
            }
        }

        @Test func thePageWorks() async throws {
            let directory = try TemporaryDirectory()
            for file in try blocks("python") {
                let name = try #require(file.split(separator: "\n").first?.dropFirst(2))
                _ = try directory.write(file, to: String(name))
            }
            let commands = try blocks("sh").flatMap { $0.split(separator: "\n") }
            #expect(commands.count == 7)
            let python = try #require(Program.python)
            var said: [[String]] = []
            for command in commands {
                let programs = try Program.executable.deletingLastPathComponent().path
                let child = try Child(
                    ["-c", String(command)], program: URL(fileURLWithPath: "/bin/sh"), in: directory.path,
                    environment: ["PATH": "\(programs):/usr/bin:/bin", "DREAMER_PYTHON": python])
                let ending = try await child.end(within: .seconds(900))
                #expect(ending == .init(status: 0), "\(command): \(child.transcript)")
                said.append(child.output)
            }
            // It is learnt, and before it was begun its length was said.
            #expect(said[0].contains { $0.contains("5000 agent steps") && $0.contains("about") })
            #expect(try mean(said[1]) > 15 && mean(said[2]) < 8, "\(said)")
        }

        private func mean(_ lines: [String]) throws -> Double {
            let line = try #require(lines.last { $0.contains("mean return") })
            let number = try #require(line.components(separatedBy: "mean return ").last?.split(separator: ",").first)
            return try #require(Double(number))
        }
    }
}
