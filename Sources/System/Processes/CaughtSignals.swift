import CPlatform
import Glibc
import SystemPackage

/// Signals that come as a sequence to a thread of their own, instead of ending the process.
package enum CaughtSignals {
    /// Catches `signals` from now on; SIGHUP only where nobody has it ignored, as `nohup` does. Call it once.
    /// - Returns: waits for the next signal.
    package static func of(_ signals: [Int32]) throws(Errno) -> @Sendable () -> Int32? {
        let descriptor = platform_catch_signals(signals, Int32(signals.count))
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
        let pipe = FileDescriptor(rawValue: descriptor)
        return {
            var number: UInt8 = 0
            let count = try? withUnsafeMutableBytes(of: &number) { try pipe.read(into: $0) }
            return count == 1 ? Int32(number) : nil
        }
    }
}
