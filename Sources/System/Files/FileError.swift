import Diagnostics
import SystemPackage

/// Says what could not be done with which file, and the system's reason.
package struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was tried: "open", "write to".
    package let verb: String
    package let path: String
    package let code: Errno

    package init(_ verb: String, _ path: String, _ code: Errno) {
        self.verb = verb
        self.path = path
        self.code = code
    }

    /// The system's reason in words.
    package var reason: String { code == .noSpace ? "the disk is full" : SystemLimit.explained(code.description) }

    package var description: String { "cannot \(verb) \(path): \(reason)" }
}
