import Diagnostics
import Files
import Foundation
import Glibc
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

    @Test func aNewFileTakesNobodysPlace() throws {
        let directory = try TemporaryDirectory()
        _ = try directory.write("a crash's", to: "secret.partial")
        try DurableFile.create(directory("secret"), with: "mine".utf8, permissions: .ownerReadWrite)
        let error = #expect(throws: FileError.self) {
            try DurableFile.create(directory("secret"), with: "yours".utf8, permissions: .ownerReadWrite)
        }
        #expect(error?.description == "cannot create \(directory("secret")): File exists")
        #expect(try String(contentsOf: directory.file("secret"), encoding: .utf8) == "mine")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["secret"])
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
