import Files
import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite struct DirectoryLockTests {
    /// What is locked stays so for everybody, this process included.
    @Test func oneAtATimeHasIt() throws {
        let directory = try TemporaryDirectory()
        let lock = try DirectoryLock(directory.path, name: "lock")
        let holder = "pid \(getpid()) on \(ProcessInfo.processInfo.hostName)"
        #expect(throws: DirectoryLock.Failure.held(by: holder)) {
            _ = try DirectoryLock(directory.path, name: "lock")
        }
        lock.release()
        let next = try DirectoryLock(directory.path, name: "lock")
        next.release()
    }

    @Test func itIsReleasedWithItsOwner() throws {
        let directory = try TemporaryDirectory()
        _ = try DirectoryLock(directory.path, name: "lock")
        let lock = try DirectoryLock(directory.path, name: "lock")
        lock.release()
    }

    /// The name of who had it before is longer.
    @Test func theLastHolderIsNamedAlone() throws {
        let directory = try TemporaryDirectory()
        _ = try directory.write("pid 4194304 on a machine whose name is very long indeed\n", to: "lock")
        let lock = try DirectoryLock(directory.path, name: "lock")
        let text = try String(contentsOf: directory.file("lock"), encoding: .utf8)
        #expect(text.hasPrefix("pid \(getpid()) on ") && text.filter { $0 == "\n" }.count == 1 && text.hasSuffix("\n"))
        lock.release()
    }

    @Test func aMissingDirectoryIsNamed() {
        #expect(throws: DirectoryLock.Failure.file(FileError("open", "/nowhere/lock", .noSuchFileOrDirectory))) {
            _ = try DirectoryLock("/nowhere", name: "lock")
        }
    }
}
