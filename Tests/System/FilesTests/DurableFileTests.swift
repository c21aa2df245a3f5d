import Diagnostics
import Files
import Foundation
import Glibc
import Synchronization
import SystemPackage
import TestSupport
import Testing

@Suite struct DurableFileTests {
    @Test func contentIsReplacedAndNothingIsLeftBeside() throws {
        let directory = try TemporaryDirectory()
        let file = directory.file("state")
        for text in ["old", "newer and longer", "", "x"] {
            try DurableFile.replace(file.path, with: text.utf8)
            #expect(try String(contentsOf: file, encoding: .utf8) == text)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.url.path) == ["state"])
    }

    @Test func leftoverOfAnInterruptedWriteIsOverwritten() throws {
        let directory = try TemporaryDirectory()
        try Data("a leftover longer than the content".utf8).write(to: directory.file("state.partial"))
        try DurableFile.replace(directory("state"), with: "new".utf8)
        #expect(try Data(contentsOf: directory.file("state")) == Data("new".utf8))
    }

    @Test func oldContentSurvivesAFailedWrite() throws {
        let directory = try TemporaryDirectory()
        let file = directory.file("state")
        try DurableFile.replace(file.path, with: "old".utf8)
        // Beside the file lies a directory of the temporary name: it cannot be created.
        try FileManager.default.createDirectory(at: directory.file("state.partial"), withIntermediateDirectories: false)
        #expect(throws: FileError.self) { try DurableFile.replace(file.path, with: "new".utf8) }
        #expect(try Data(contentsOf: file) == Data("old".utf8))
    }

    /// /dev/full accepts no byte.
    @Test(.enabled(if: access("/dev/full", W_OK) == 0)) func fullDiskIsReportedInOneLine() throws {
        let directory = try TemporaryDirectory()
        let file = directory.file("state")
        try DurableFile.replace(file.path, with: "old".utf8)
        try FileManager.default.createSymbolicLink(
            atPath: directory.file("state.partial").path, withDestinationPath: "/dev/full")
        let error = #expect(throws: FileError.self) { try DurableFile.replace(file.path, with: "new".utf8) }
        #expect(error?.description == "cannot write to \(directory("state.partial")): the disk is full")
        #expect(try Data(contentsOf: file) == Data("old".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.url.path) == ["state"])
    }

    /// The new content is in its place, and would not be after a power cut: whoever counts on it must hear that.
    @Test func aDirectoryThatCannotBeFlushedIsReported() throws {
        let directory = try TemporaryDirectory()
        // Names may be made in it, but nobody but root may open it.
        #expect(chmod(directory.path, 0o333) == 0)
        defer { chmod(directory.path, 0o755) }
        let error = asNobody {
            #expect(throws: FileError.self) { try DurableFile.replace(directory("state"), with: "new".utf8) }
        }
        #expect(error == FileError("open", directory.path, .permissionDenied))
    }

    /// Runs `body` with the rights of nobody where this is root, which may do everything. Only this thread's rights change.
    private func asNobody<Result>(_ body: () -> Result) -> Result {
        guard geteuid() == 0 else { return body() }
        setfsuid(65_534)
        defer { setfsuid(0) }
        return body()
    }

    @Test func aNewFileTakesNobodysPlace() throws {
        let directory = try TemporaryDirectory()
        try DurableFile.create(directory("secret"), with: "mine".utf8, permissions: .ownerReadWrite)
        let error = #expect(throws: FileError.self) {
            try DurableFile.create(directory("secret"), with: "yours".utf8, permissions: .ownerReadWrite)
        }
        #expect(error?.description == "cannot create \(directory("secret")): File exists")
        #expect(try String(contentsOf: directory.file("secret"), encoding: .utf8) == "mine")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["secret"])
    }

    /// Whoever comes second finds the first one's file, and finds it whole.
    @Test func ofManyThatMakeANewFileOneDoes() throws {
        let directory = try TemporaryDirectory()
        for round in 0..<50 {
            let path = directory("secret-\(round)")
            let made = Mutex<[String]>([])
            DispatchQueue.concurrentPerform(iterations: 4) { number in
                let content = String(repeating: "\(number)", count: 4096)
                do throws(FileError) {
                    try DurableFile.create(path, with: content.utf8, permissions: .ownerReadWrite)
                    made.withLock { $0.append(content) }
                } catch {
                    #expect(error == FileError("create", path, .fileExists))
                }
                let found = FileManager.default.contents(atPath: path)?.count
                #expect(found == content.count)
            }
            let content = try String(contentsOfFile: path, encoding: .utf8)
            #expect(made.withLock { $0 } == [content])
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).count == 50)
    }

    /// A person hears what to do.
    @Test(arguments: [
        (Errno.tooManyOpenFiles, "ulimit -n"), (.resourceTemporarilyUnavailable, "ulimit -u"),
        (.noMemory, "free memory"),
        (.tooManyOpenFilesInSystem, "fs.file-max"),
    ])
    func limitsOfTheSystemAreNamed(code: Errno, cure: String) {
        let error = FileError("open", "/x", code)
        #expect(error.description.hasPrefix("cannot open /x: \(code.description): "))
        #expect(error.description.contains(cure) && SystemLimit.explained(error.description) == error.description)
        #expect(FileError("open", "/x", .noSuchFileOrDirectory).reason == "No such file or directory")
    }

    @Test func missingDirectoryIsReported() throws {
        let directory = try TemporaryDirectory()
        let error = #expect(throws: FileError.self) {
            try DurableFile.replace(directory("none/state"), with: [])
        }
        #expect(error?.description.contains("cannot create") == true)
    }
}

/// Linux has it, and Swift's Glibc does not show it: the rights of the calling thread alone, as to files.
@_silgen_name("setfsuid") @discardableResult private func setfsuid(_ user: UInt32) -> Int32
