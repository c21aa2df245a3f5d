import Foundation
import Glibc

/// What this process uses of the machine.
package enum ProcessUsage {
    /// Processor time of all threads so far, user and system, in seconds.
    package static var processorSeconds: Double { seconds(of: CLOCK_PROCESS_CPUTIME_ID) }

    /// Processor time of the calling thread.
    package static var threadSeconds: Double { seconds(of: CLOCK_THREAD_CPUTIME_ID) }

    /// A clock that all processes of the machine share, in seconds.
    package static var now: Double { seconds(of: CLOCK_MONOTONIC) }

    /// Bytes of memory in use.
    package static var residentBytes: Int {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// Threads that exist.
    package static var threads: Int { entries(of: "/proc/self/task") }

    /// Descriptors that are open; the one for counting them is not counted.
    package static var descriptors: Int { max(0, entries(of: "/proc/self/fd") - 1) }

    private static func entries(of directory: String) -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: directory).count) ?? 0
    }

    private static func seconds(of clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
