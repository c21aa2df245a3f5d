import Foundation
import Glibc
import TestSupport
import Testing

/// A grid of tiny runs of Catch below `folder`.
private func grid(_ folder: TemporaryDirectory, _ more: String = "", steps: Int = 400) throws -> String {
    let settings = Tiny.settings.map { "\"\($0)\"" } + ["run.steps=\(steps)"]
    let text = """
        output: \(folder("out"))
        size: nano
        tasks: [catch]
        agents: [dreamerv3, mudreamer]
        seeds: [1, 2]
        settings: [\(settings.joined(separator: ", "))]
        \(more)
        """
    let path = folder("grid.yaml")
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
}

@Suite(.timeLimit(.minutes(5))) struct BenchmarkMistakeTests {
    /// Before anything is begun.
    @Test(arguments: [
        ("paralel: 2", "unknown field paralel (did you mean parallel?)"),
        ("command: sbatch", "command: it must hold {script}"),
        ("variants: {a: [agent.gamma=9]}", "variants.a: agent.gamma must be"),
        ("variants: {a: [--agent]}", "variants.a:"),
        ("preset: nothing", "preset: unknown preset nothing"),
    ]) func aMistakeIsOneLine(text: String, message: String) async throws {
        let folder = try TemporaryDirectory()
        let line = try await mistake(["benchmark", try grid(folder, text)])
        expect(line, says: folder("grid.yaml"), message)
        #expect(!FileManager.default.fileExists(atPath: folder("out")))
    }

    @Test func aFileThatIsNotThereIsNamed() async throws {
        expect(try await mistake(["benchmark", "/nowhere/grid.yaml"]), says: "/nowhere/grid.yaml")
    }

    @Test func whatItTakesIsSaidBefore() async throws {
        let folder = try TemporaryDirectory()
        let child = try Child(["benchmark", try grid(folder, "parallel: 2"), "--estimate"])
        #expect(try await child.end() == .init(status: 0), "\(child.transcript)")
        expect(child.output[0], says: "4 runs: 4 new; 2 at a time")
        expect(child.transcript, says: "catch-dreamerv3: ", " updates, about ", "in all on machines like this one")
        #expect(!FileManager.default.fileExists(atPath: folder("out")))
    }
}

extension SlowTests {
    /// Grids of real runs.
    @Suite(.timeLimit(.minutes(15))) struct BenchmarkTests {
        let folder: TemporaryDirectory

        init() throws {
            folder = try TemporaryDirectory()
        }

        private let names = ["dreamerv3", "mudreamer"].flatMap { agent in [1, 2].map { "catch-\(agent)-s\($0)" } }

        private func benchmark(_ file: String, _ more: String...) async throws -> Child {
            let child = try Child(["benchmark", file] + more)
            #expect(try await child.end(within: .seconds(400)) == .init(status: 0), "\(child.transcript)")
            return child
        }

        private func evaluations() throws -> [Int] {
            try names.map { try Run(path: folder("out/\($0)")).metrics("evaluation").count }
        }

        /// Stopped in the middle, it goes on where it was; finished, it makes nothing again.
        @Test func aGridGoesOnUntilItIsDone() async throws {
            let file = try grid(folder, "parallel: 2")
            let first = try Child(["benchmark", file])
            try await eventually("a finished run", within: .seconds(200)) {
                first.output.contains { $0.hasSuffix(": finished") }
            }
            first.send(SIGTERM)
            #expect(try await first.end(within: .seconds(60)).status == 4, "\(first.transcript)")
            try await eventually("the end of all processes", within: .seconds(20)) {
                Processes.withArgument(folder("out")).isEmpty
            }
            let second = try await benchmark(file)
            #expect(!second.output[0].contains("4 new"), "\(second.output[0])")
            #expect(second.output[0].contains(" finished, "), "\(second.output[0])")
            #expect(try evaluations() == [1, 1, 1, 1])
            let page = try String(contentsOfFile: folder("out/report/index.html"), encoding: .utf8)
            #expect(page.contains("mudreamer · nano") && page.contains("seeds 1, 2"))
            let third = try await benchmark(file)
            #expect(third.output[0].contains("4 runs: 4 finished;"), "\(third.transcript)")
            #expect(!third.output.contains { $0.hasSuffix(": started") })
            #expect(try evaluations() == [1, 1, 1, 1])
        }

        /// A command that waits for its job, and one that only takes it.
        @Test func runsAreHandedToAQueue() async throws {
            let taking = try grid(
                folder, "command: echo {name} >> \(folder("queue"))  && cp {script} \(folder("job.sh"))", steps: 200)
            let first = try await benchmark(taking)
            #expect(first.output.contains("catch-dreamerv3-s1: handed over"), "\(first.transcript)")
            let queue = {
                try String(contentsOfFile: folder("queue"), encoding: .utf8).split(separator: "\n").map(String.init)
            }
            #expect(Set(try queue()) == Set(names))
            // They are the queue's, until somebody says otherwise.
            #expect(try await benchmark(taking).output[0].contains("4 handed over"))
            #expect(try queue().count == 4)
            _ = try await benchmark(taking, "--again")
            #expect(try queue().count == 8)
            let waiting = try grid(folder, "command: sh {script}", steps: 200)
            let last = try await benchmark(waiting, "--again")
            #expect(last.output.contains("catch-mudreamer-s2: finished"), "\(last.transcript)")
            #expect(try evaluations() == [1, 1, 1, 1])
        }

        /// One that fails does not keep the others from being made.
        @Test func aRunThatFailsIsNamedAndTheOthersGoOn() async throws {
            let file = try grid(folder, steps: 200)
            try FileManager.default.createDirectory(atPath: folder("out"), withIntermediateDirectories: true)
            // A file where the run's directory is to be.
            try "".write(toFile: folder("out/catch-dreamerv3-s1"), atomically: true, encoding: .utf8)
            let child = try Child(["benchmark", file])
            #expect(try await child.end(within: .seconds(400)).status == 1, "\(child.transcript)")
            expect(child.messages.last ?? "", says: "1 of 4 runs failed: catch-dreamerv3-s1: failed: ")
            #expect(child.output.filter { $0.hasSuffix(": finished") }.count == 3, "\(child.transcript)")
        }
    }
}
