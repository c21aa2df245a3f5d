import Foundation
import Glibc

/// What a process has used of the machine.
enum ProcessUsage {
    /// Processor time of all threads so far, user and system, in seconds.
    static var processorSeconds: Double { seconds(of: CLOCK_PROCESS_CPUTIME_ID) }

    /// Processor time of the calling thread.
    static var threadSeconds: Double { seconds(of: CLOCK_THREAD_CPUTIME_ID) }

    /// A clock that all processes of the machine share, in seconds.
    static var now: Double { seconds(of: CLOCK_MONOTONIC) }

    /// Bytes of memory in use.
    static var residentBytes: Int {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    private static func seconds(of clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
