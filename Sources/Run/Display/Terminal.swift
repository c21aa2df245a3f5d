import Foundation

/// What can be known about the descriptor that a display writes to.
public struct Terminal: Sendable, Equatable {
    public let descriptor: Int32
    private let environment: [String: String]

    public static let standardOutput = Terminal(descriptor: STDOUT_FILENO)
    public static let standardError = Terminal(descriptor: STDERR_FILENO)

    /// - Parameter environment: the variables that say what it can do and what is wanted, `TERM` and `NO_COLOR`.
    public init(descriptor: Int32, environment: [String: String] = ProcessInfo.processInfo.environment) {
        self.descriptor = descriptor
        self.environment = environment
    }

    /// Whether it is a terminal on which the cursor can be moved; of one without a name nothing is known.
    public var isInteractive: Bool {
        isatty(descriptor) == 1 && !["", "dumb"].contains(environment["TERM"] ?? "")
    }

    /// Whether colours are wanted: on a terminal, unless `NO_COLOR` is set to anything (https://no-color.org).
    public var wantsColour: Bool {
        isInteractive && (environment["NO_COLOR"] ?? "").isEmpty
    }

    /// Columns and rows, 80 × 24 where they are unknown. Asked for anew each time, since windows are resized.
    public var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Writes everything in as few calls as possible; a display that nobody reads any more is no reason to stop.
    func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                bytes = bytes.dropFirst(count)
            } else if errno != EINTR {
                return
            }
        }
    }
}
