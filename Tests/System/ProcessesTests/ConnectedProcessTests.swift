import Files
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
        let child = try shell("exec cat <&3 >&3")
        #expect(child.send([1, 2, 3], by: .after(10)))
        #expect(child.receive(2, by: .after(10)) == [1, 2])
        #expect(child.receive(1, by: .after(10)) == [3])
        #expect(child.identifier != nil)
        child.end(patience: ConnectedProcess.exitPatience)
        #expect(child.identifier == nil && child.ending != nil)
        #expect(!child.send([1], by: .after(10)) && child.receive(1, by: .after(10)) == nil)
    }

    @Test func theEndingSaysWhyWithTheLastWords() throws {
        let child = try shell("echo first >&2; echo '  last words ' >&2; exit 3")
        #expect(child.receive(1, by: .after(10)) == nil)
        #expect(child.ending == "exited with status 3: last words")
    }

    @Test func aSignalIsNamed() throws {
        let child = try shell("kill -9 $$")
        #expect(child.receive(1, by: .after(10)) == nil)
        #expect(child.ending == "was killed by signal 9")
    }

    /// What is written to standard error meanwhile must not stop it: it is far more than a socket holds.
    @Test func isKilledWhenItDoesNotAnswer() throws {
        let child = try shell("head -c 1000000 /dev/zero | tr '\\\\0' x >&2; printf y >&3; exec sleep 100")
        #expect(child.receive(1, by: .after(60)) == [UInt8(ascii: "y")])
        #expect(child.receive(1, by: .after(1)) == nil)
        #expect(child.ending == "gave no answer for 1 s and was killed")
    }

    @Test func hasAGroupOfItsOwnAndNoFileOfItsParents() throws {
        let leaked = open("/dev/null", O_RDONLY)
        defer { close(leaked) }
        let child = try shell("echo $(ls /proc/self/fd | wc -l) $$ $(ps -o pgid= -p $$) >&3; read line <&3")
        var line: [UInt8] = []
        while line.last != UInt8(ascii: "\n"), let byte = child.receive(1, by: .after(10)) { line += byte }
        let words = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        // Input, output, error, the channel, and the directory that `ls` reads.
        #expect(words.first == "5")
        #expect(words.count == 3 && words[1] == words[2])
    }

    /// What it says meanwhile is no answer, however often it says it.
    @Test func chatterIsNoAnswer() throws {
        let child = try shell("for i in $(seq 40); do echo retrying >&2; sleep 0.2; done")
        #expect(child.receive(1, by: .after(1)) == nil)
        #expect(child.ending == "gave no answer for 1 s and was killed")
    }

    /// Nor is a flood of it, which comes faster than anybody reads it.
    @Test func aFloodIsNoAnswer() throws {
        let child = try shell("timeout 8 cat /dev/zero >&2")
        let start = ContinuousClock.now
        #expect(child.receive(1, by: .after(1)) == nil)
        #expect(child.ending == "gave no answer for 1 s and was killed")
        #expect(ContinuousClock.now - start < .seconds(6))
    }

    private func number(_ child: ConnectedProcess) throws -> pid_t {
        var line: [UInt8] = []
        while line.last != UInt8(ascii: "\n"), let byte = child.receive(1, by: .after(10)) { line += byte }
        return try #require(pid_t(String(decoding: line.dropLast(), as: UTF8.self)))
    }

    /// A child that takes nothing is no reason to wait for ever either.
    @Test func whatIsNotTakenIsGivenUp() throws {
        let child = try shell("exec sleep 100")
        #expect(!child.send([UInt8](repeating: 7, count: 8 << 20), by: .after(1)))
        #expect(child.ending == "gave no answer for 1 s and was killed")
    }

    /// A process that has ended, or waits for somebody to ask how it did.
    private func isGone(_ process: pid_t) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return true }
        return status.contains(") Z ")
    }

    @Test func whatItStartedEndsWithIt() throws {
        for script in ["sleep 100 & echo $! >&3; read line <&3", "sleep 100 & echo $! >&3"] {
            let child = try shell(script)
            let grandchild = try number(child)
            child.end(patience: 100)
            let deadline = ContinuousClock.now + .seconds(5)
            while !isGone(grandchild), ContinuousClock.now < deadline { usleep(10_000) }
            #expect(isGone(grandchild), "\(script)")
        }
    }

    /// What reads standard input by mistake finds its end at once, and does not take what was sent.
    @Test func theStandardStreamsAreNotTheChannel() throws {
        let child = try shell("cat; echo chatter; exec cat <&3 >&3")
        #expect(child.send([7], by: .after(10)))
        #expect(child.receive(1, by: .after(10)) == [7])
    }

    @Test func whatIsPrintedIsKept() throws {
        let directory = try TemporaryDirectory()
        let file = BoundedFile(directory("printed"), limit: 100)
        let child = try ConnectedProcess(
            executable: "/bin/sh", arguments: ["-c", "echo one; echo two >&2; seq 1000 2000; echo end"], output: file)
        #expect(child.receive(1, by: .after(10)) == nil)
        #expect(child.ending == "exited with status 0: end")
        let kept = try String(contentsOfFile: directory("printed"), encoding: .utf8)
        #expect(kept.hasSuffix("end\n") && kept.count < 8192)
    }

    @Test func aProgramThatIsMissingIsRefused() {
        #expect(throws: Errno.noSuchFileOrDirectory) {
            _ = try ConnectedProcess(executable: "/nowhere/program", arguments: [])
        }
    }
}
