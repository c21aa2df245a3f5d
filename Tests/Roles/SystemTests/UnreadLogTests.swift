import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

/// A learner whose standard error is a pipe that is full and that nobody reads: what it has to say about actors is said on
/// their event loop, which must not wait for that.
@Suite(.timeLimit(.minutes(5))) struct UnreadLogTests {
    @Test func aLearnerWhoseLogNobodyReadsGoesOn() async throws {
        let directory = try TemporaryDirectory()
        let logdir = directory("run")
        let (output, log, process) = (Pipe(), Pipe(), Process())
        fill(log.fileHandleForWriting.fileDescriptor)
        process.executableURL = try Program.executable
        process.arguments =
            ["learner", "--listen", "127.0.0.1:0", "--progress", "json", "--log", "debug"]
            + Tiny.options(logdir, steps: 400)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = log
        let said = Said()
        Thread.detachNewThread {
            while case let data = output.fileHandleForReading.availableData, !data.isEmpty {
                said.text.withLock { $0 += data }
            }
        }
        try process.run()
        defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
        let port = try await eventually("the learner's address") {
            let text = String(decoding: said.text.withLock { $0 }, as: UTF8.self)
            return text.firstMatch(of: /127\.0\.0\.1:(\d+)/).flatMap { Int($0.output.1) }
        }
        let actor = try Tiny.actor("one", port: port, logdir: logdir)
        try await eventually("the end of the run; the actor wrote: \(actor.transcript)") { !process.isRunning }
        #expect(process.terminationReason == .exit && process.terminationStatus == 0)
        #expect(try Run(path: logdir).agentSteps >= 400)
        #expect(try await actor.end() == .init(status: 0), "\(actor.transcript)")
        withExtendedLifetime(log) {}
    }

    private final class Said: Sendable {
        let text = Mutex(Data())
    }

    /// Until not a byte more fits.
    private func fill(_ descriptor: Int32) {
        let flags = fcntl(descriptor, F_GETFL)
        _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
        let bytes = [UInt8](repeating: UInt8(ascii: "."), count: 4096)
        for count in [4096, 1] { while write(descriptor, bytes, count) > 0 {} }
        _ = fcntl(descriptor, F_SETFL, flags)
    }
}
