import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

/// A real process of the program, with what it has written so far. It does not outlive this object.
final class Child: Sendable {
    struct Ending: Sendable, Equatable {
        /// The exit status; 0 where a signal ended it.
        var status: Int32
        var signal: Int32?
    }

    private struct State {
        var output: [String] = []
        var messages: [String] = []
        var ending: Ending?
    }

    let identifier: Int32
    let arguments: [String]
    private let state: Recorded

    /// What other threads write down while the process runs.
    private final class Recorded: Sendable {
        let state = Mutex(State())
    }

    /// Starts the program, or another one.
    /// - Parameters:
    ///   - directory: its working directory; the tests' own unless given.
    ///   - environment: variables that it has besides those of the tests.
    init(
        _ arguments: [String], program: URL? = nil, in directory: String? = nil, environment: [String: String] = [:]
    ) throws {
        let process = Process()
        process.executableURL = try program ?? Program.executable
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
        process.standardInput = FileHandle.nullDevice
        let (output, messages, streams, recorded) = (Pipe(), Pipe(), DispatchGroup(), Recorded())
        process.standardOutput = output
        process.standardError = messages
        Self.read(output, streams) { line in recorded.state.withLock { $0.output.append(line) } }
        Self.read(messages, streams) { line in recorded.state.withLock { $0.messages.append(line) } }
        process.terminationHandler = { process in
            let isSignal = process.terminationReason == .uncaughtSignal
            let status = process.terminationStatus
            let ending = isSignal ? Ending(status: 0, signal: status) : Ending(status: status)
            // All that it wrote comes before the news of its end.
            streams.notify(queue: .global()) { recorded.state.withLock { $0.ending = ending } }
        }
        try process.run()
        identifier = process.processIdentifier
        self.arguments = arguments
        state = recorded
    }

    deinit {
        send(SIGKILL)
    }

    /// Lines on standard output.
    var output: [String] { state.state.withLock { $0.output } }
    /// Lines on standard error.
    var messages: [String] { state.state.withLock { $0.messages } }
    /// How it ended; nil while it runs.
    var ending: Ending? { state.state.withLock { $0.ending } }

    /// Sends a signal unless the process has ended.
    func send(_ signal: Int32) {
        if ending == nil { kill(identifier, signal) }
    }

    /// Waits for its end.
    @discardableResult
    func end(within limit: Duration = .seconds(120)) async throws -> Ending {
        try await eventually("the end of \(arguments[0]); it wrote: \(transcript)", within: limit) { self.ending }
    }

    /// Waits for a line on standard error that contains `text`.
    @discardableResult
    func message(_ text: String, within limit: Duration = .seconds(60)) async throws -> String {
        try await eventually("the message \(text); it wrote: \(transcript)", within: limit) {
            self.messages.first { $0.contains(text) }
        }
    }

    /// The last lines, for a test that failed.
    var transcript: String { (output.suffix(5) + messages.suffix(20)).joined(separator: "\n") }

    private static func read(_ pipe: Pipe, _ group: DispatchGroup, _ line: @escaping @Sendable (String) -> Void) {
        group.enter()
        let handle = pipe.fileHandleForReading
        Thread.detachNewThread {
            var rest = Data()
            while case let data = handle.availableData, !data.isEmpty {
                rest += data
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    line(String(decoding: rest[rest.startIndex..<end], as: UTF8.self))
                    rest = Data(rest[rest.index(after: end)...])
                }
            }
            if !rest.isEmpty { line(String(decoding: rest, as: UTF8.self)) }
            group.leave()
        }
    }
}
