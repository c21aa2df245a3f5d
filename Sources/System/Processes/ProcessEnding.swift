import Files
import Glibc
import SystemPackage

/// How a process ended.
package enum ProcessEnding: Sendable, Equatable, CustomStringConvertible {
    case exited(status: Int32)
    case killed(signal: Int32)

    /// Waits until a child of this process has ended, and forgets it: nobody else can ask then.
    init(of child: pid_t) {
        var status: Int32 = 0
        // It fails only for what is no child, or was waited for before.
        _ = try? uninterrupted { waitpid(child, &status, 0) }
        let signal = status & 0x7F
        self = signal == 0 ? .exited(status: (status >> 8) & 0xFF) : .killed(signal: signal)
    }

    package var description: String {
        switch self {
        case .exited(let status): "exited with status \(status)"
        case .killed(let signal): "was killed by signal \(signal)"
        }
    }
}
