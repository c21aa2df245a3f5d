/// An error that a person can act on: one line that names what is wrong and where. The command line prints `message`
/// without a stack or a type name and ends with `exitCode`.
public protocol OneLineError: Error, CustomStringConvertible {
    /// One line without a trailing newline.
    var message: String { get }
    /// Process exit status, 1–64.
    var exitCode: Int32 { get }
}

extension OneLineError {
    public var description: String { message }
}

/// What a user asked for cannot be done: a wrong key, a missing file, an impossible combination.
public struct UserError: OneLineError, Equatable {
    /// Exit status of a command that was given something it cannot use (`EX_USAGE` of sysexits.h).
    public static let usage: Int32 = 64

    public let message: String
    public let exitCode: Int32

    /// - Parameters:
    ///   - message: line breaks become spaces, so that text from elsewhere cannot break the one-line rule.
    ///   - exitCode: 1–64; anything else is a programmer's error.
    public init(_ message: String, exitCode: Int32 = UserError.usage) {
        precondition((1...64).contains(exitCode), "exit code \(exitCode) is not in 1...64")
        self.message = message.split(whereSeparator: \.isNewline).joined(separator: " ")
        self.exitCode = exitCode
    }
}
