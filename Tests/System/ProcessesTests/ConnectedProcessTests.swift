import Foundation
import Processes
import SystemPackage
import TestSupport
import Testing

@Suite(.blocking) struct ConnectedProcessTests {
    private func shell(_ script: String) throws -> ConnectedProcess {
        try ConnectedProcess(executable: "/bin/sh", arguments: ["-c", script])
    }

    @Test func answersComeBack() throws {
        let child = try shell("cat")
        #expect(child.send([1, 2, 3]))
        #expect(child.receive(2, patience: 10) == [1, 2])
        #expect(child.receive(1, patience: 10) == [3])
        #expect(child.identifier != nil)
        child.end(patience: ConnectedProcess.exitPatience)
        #expect(child.identifier == nil && child.ending != nil)
        #expect(!child.send([1]) && child.receive(1, patience: 10) == nil)
    }

    @Test func theEndingSaysWhyWithTheLastWords() throws {
        let child = try shell("echo first >&2; echo '  last words ' >&2; exit 3")
        #expect(child.receive(1, patience: 10) == nil)
        #expect(child.ending == "exited with status 3: last words")
    }

    @Test func aSignalIsNamed() throws {
        let child = try shell("kill -9 $$")
        #expect(child.receive(1, patience: 10) == nil)
        #expect(child.ending == "was killed by signal 9")
    }

    /// What is written to standard error meanwhile must not stop it: it is far more than a socket holds.
    @Test func isKilledWhenItDoesNotAnswer() throws {
        let child = try shell("head -c 1000000 /dev/zero | tr '\\\\0' x >&2; printf y; exec sleep 100")
        #expect(child.receive(1, patience: 60) == [UInt8(ascii: "y")])
        #expect(child.receive(1, patience: 1) == nil)
        #expect(child.ending == "gave no answer for 1 s and was killed")
    }

    @Test func hasAGroupOfItsOwnAndNoFileOfItsParents() throws {
        let leaked = open("/dev/null", O_RDONLY)
        defer { close(leaked) }
        let child = try shell("echo $(ls /proc/self/fd | wc -l) $$ $(ps -o pgid= -p $$); read line")
        var line: [UInt8] = []
        while line.last != UInt8(ascii: "\n"), let byte = child.receive(1, patience: 10) { line += byte }
        let words = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        // Input, output, error, and the directory that `ls` reads.
        #expect(words.first == "4")
        #expect(words.count == 3 && words[1] == words[2])
    }

    @Test func aProgramThatIsMissingIsRefused() {
        #expect(throws: Errno.noSuchFileOrDirectory) {
            _ = try ConnectedProcess(executable: "/nowhere/program", arguments: [])
        }
    }
}
