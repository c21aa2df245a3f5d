import Diagnostics
import Foundation
import Glibc
import Synchronization

/// A child that runs another role of this program. It ends when this process does: its standard input closes then.
final class ChildProcess: Sendable {
    /// What a child does that its parent wants to know.
    enum Event: Sendable {
        case output(String)
        case message(String)
        /// With the exit status, or the number of the signal that killed it.
        case ended(status: Int32, signal: Int32?)
    }

    let name: String
    private let process: Mutex<Process>
    private let input = Pipe()

    /// Starts this program with `arguments`; `events` is called on other threads, `.ended` last.
    init(_ name: String, _ arguments: [String], events: @escaping @Sendable (Event) -> Void) throws(UserError) {
        self.name = name
        let child = Process()
        child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        child.arguments = arguments
        child.standardInput = input
        let (output, messages) = (Pipe(), Pipe())
        child.standardOutput = output
        child.standardError = messages
        let streams = DispatchGroup()
        Self.forward(output, streams) { events(.output($0)) }
        Self.forward(messages, streams) { events(.message($0)) }
        child.terminationHandler = { child in
            let signal = child.terminationReason == .uncaughtSignal ? child.terminationStatus : nil
            let status = child.terminationStatus
            // What it wrote comes before the news of its end.
            streams.notify(queue: .global()) { events(.ended(status: status, signal: signal)) }
        }
        do { try child.run() } catch {
            throw UserError("cannot start the process \(name): \(error.localizedDescription)", exitCode: 1)
        }
        process = Mutex(child)
    }

    /// Asks the child to stop in good order.
    func terminate() {
        process.withLock { if $0.isRunning { $0.terminate() } }
    }

    /// Ends the child at once.
    func kill() {
        process.withLock { if $0.isRunning { _ = Glibc.kill($0.processIdentifier, SIGKILL) } }
    }

    private static func forward(_ pipe: Pipe, _ group: DispatchGroup, _ line: @escaping @Sendable (String) -> Void) {
        group.enter()
        let handle = pipe.fileHandleForReading
        let thread = Thread {
            var rest = Data()
            while true {
                let data = handle.availableData
                if data.isEmpty { break }
                rest += data
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    line(String(decoding: rest[rest.startIndex..<end], as: UTF8.self))
                    rest = Data(rest[rest.index(after: end)...])
                }
            }
            if !rest.isEmpty { line(String(decoding: rest, as: UTF8.self)) }
            group.leave()
        }
        thread.start()
    }
}
