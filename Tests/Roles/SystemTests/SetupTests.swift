import Foundation
import TestSupport
import Testing

/// `scripts/setup --envs` on a directory that somebody has installed into.
@Suite struct SetupTests {
    /// A copy of the script and its requirements, with programs that only note what they are asked.
    private func prepared() throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        let files = FileManager.default
        for name in ["scripts", "fake", ".venv/bin", ".venv/lib"] {
            try files.createDirectory(at: directory.file(name), withIntermediateDirectories: true)
        }
        for name in ["setup", "requirements-envs.txt"] {
            try files.copyItem(
                at: Repository.root.appending(path: "scripts/\(name)"), to: directory.file("scripts/\(name)"))
        }
        for (name, line) in [
            ("fake/dpkg-query", "printf 'ii '"), (".venv/bin/python", "echo \"$@\" >> \(directory("asked"))"),
        ] {
            let path = try directory.write("#!/bin/sh\n\(line)\n", to: name)
            try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }
        return directory
    }

    private func setup(_ directory: TemporaryDirectory) async throws -> Child {
        let child = try Child(
            ["scripts/setup", "--envs"], program: URL(fileURLWithPath: "/bin/bash"), in: directory.path,
            environment: ["PATH": "\(directory("fake")):/usr/bin:/bin"])
        #expect(try await child.end() == .init(status: 0), "\(child.transcript)")
        return child
    }

    /// Other requirements are installed beside what a person has put there, and only once.
    @Test func keepsWhatAPersonHasInstalled() async throws {
        let directory = try prepared()
        let own = try directory.write("mine", to: ".venv/lib/mine.py")
        _ = try directory.write("other", to: ".venv/requirements.sha256")
        _ = try await setup(directory)
        #expect(FileManager.default.fileExists(atPath: own))
        let asked = try String(contentsOfFile: directory("asked"), encoding: .utf8)
        #expect(asked.contains("-m pip install") && asked.contains("-r scripts/requirements-envs.txt"))
        let again = try await setup(directory)
        #expect(again.output == ["setup: .venv is up to date"])
    }
}
