import Files
import Foundation
import Glibc
import SystemPackage
import TestSupport
import Testing

@Suite struct OpenFileTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func readsWhatWasWrittenAnywhere() throws {
        let file = try OpenFile(directory("file"), for: .updating)
        try file.write("0123456789".utf8)
        try [UInt8]("ab".utf8).withUnsafeBytes { try file.write($0, at: 4) }
        #expect(try file.read(4, at: 2) == [UInt8]("23ab".utf8))
        #expect(file.count == 10)
        try file.truncate(to: 6)
        #expect(try file.read(100, at: 3) == [UInt8]("3ab".utf8))
        #expect(try file.read(1, at: 6).isEmpty)
        try file.synchronize()
    }

    @Test func whatIsAppendedGoesToTheEnd() throws {
        let path = try directory.write("old\n", to: "log")
        let file = try OpenFile(path, for: .appending)
        #expect(try file.writeSome([UInt8]("new\n".utf8)[...]) == 4)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "old\nnew\n")
    }

    @Test func toCountMovesNothing() throws {
        let file = try OpenFile(try directory.write("0123456789", to: "file"), for: .reading)
        #expect(try file.read(3) == [UInt8]("012".utf8))
        #expect(file.count == 10)
        #expect(try file.read(file.count) == [UInt8]("3456789".utf8))
    }

    /// A pipe has no offsets and hands its bytes over in parts.
    @Test func readsAPipeToItsEnd() throws {
        let path = directory("pipe")
        #expect(mkfifo(path, 0o600) == 0)
        Thread.detachNewThread {
            guard let file = try? OpenFile(path, for: .replacing) else { return }
            for part in ["one ", "two ", "three"] { try? file.write(part.utf8) }
        }
        #expect(try OpenFile(path, for: .reading).read(100) == [UInt8]("one two three".utf8))
    }

    @Test func aNewFileIsMadeWithItsPermissionsAndOnlyOnce() throws {
        let path = directory("secret")
        try OpenFile(path, for: .creating, permissions: .ownerReadWrite).write("x".utf8)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(throws: FileError("create", path, .fileExists)) {
            _ = try OpenFile(path, for: .creating)
        }
    }

    @Test func childrenDoNotInheritFiles() throws {
        let path = directory("file")
        let file = try OpenFile(path, for: .replacing)
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = ["-c", "ls -l /proc/self/fd"]
        let output = Pipe()
        shell.standardOutput = output
        try shell.run()
        let listing = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(listing.contains("/proc") && !listing.contains(path))
        try file.synchronize()
    }

    @Test func reasonsNameTheFile() throws {
        let error = #expect(throws: FileError.self) { _ = try OpenFile("/nowhere/a", for: .reading) }
        #expect(error?.description == "cannot read /nowhere/a: No such file or directory")
        #expect(FileError("write to", "a", .noSpace).description == "cannot write to a: the disk is full")
    }
}
