import Diagnostics
import Foundation
import Glibc
import Logging
import Threads

/// Log lines on their way to standard error. Who logs may be an event loop, and who reads may have stopped: a thread writes
/// them, and what does not fit is counted.
struct LogOutput: TextOutputStream, Sendable {
    private static let lines: Backlog<String> = {
        // However the process ends by itself, what it has said last is shown.
        atexit { LogOutput.flush() }
        return Backlog(name: "log", limit: 4096) { lines, dropped in
            write(lines.joined())
            if dropped > 0 { write("\(dropped) lines of the log were lost: standard error was not read in time\n") }
        }
    }()

    static func logger(_ label: String, _ format: LogFormat) -> Logger {
        Logger(label: label) { label in
            switch format {
            case .text: StreamLogHandler(label: label, stream: LogOutput())
            case .json: JSONLogHandler(label: label, output: LogOutput())
            }
        }
    }

    /// Waits until what was logged is written, but not for somebody who does not read.
    static func flush() {
        lines.finish(within: .seconds(2))
    }

    /// - Parameter line: with its end. A message may hold what a peer sent: here nothing steers a terminal or begins a line.
    func write(_ line: String) {
        Self.lines.add(String(line.dropLast()).printable(maximum: .max) + "\n")
    }

    private static func write(_ text: String) {
        // A reader that has gone is no reason to end.
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
