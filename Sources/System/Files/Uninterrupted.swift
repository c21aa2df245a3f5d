import Glibc
import SystemPackage

/// Makes a system call, again where a signal has interrupted it, for what swift-system does not offer.
/// - Parameter call: returns −1 and sets `errno` where it fails.
/// - Throws: the reason.
package func uninterrupted<Result: FixedWidthInteger>(_ call: () -> Result) throws(Errno) -> Result {
    while true {
        let result = call()
        guard result == -1 else { return result }
        let reason = Errno(rawValue: errno)
        guard reason == .interrupted else { throw reason }
    }
}
