import Foundation

/// The processors that this process may keep busy: those that it may run on, and no more than its control groups pay for.
public enum Processors {
    /// How many threads that compute all the time are worth having; at least one.
    public static let usable = usable(of: allowed, quota: ProcessorQuota.mine)

    /// One phrase for a banner: how many there are, and what holds them back.
    public static let description = description(of: allowed, quota: ProcessorQuota.mine)

    /// Those of the affinity mask.
    private static var allowed: Int { ProcessInfo.processInfo.activeProcessorCount }

    static func usable(of allowed: Int, quota: Double?) -> Int {
        guard let quota else { return allowed }
        // A part of a processor is worth a thread, as much as it is worth anything.
        return max(1, min(allowed, Int(min(quota, Double(allowed)).rounded(.up))))
    }

    static func description(of allowed: Int, quota: Double?) -> String {
        let usable = Self.usable(of: allowed, quota: quota)
        let count = "\(usable) processor\(usable == 1 ? "" : "s")"
        guard let quota, quota < Double(allowed) else { return count }
        return count + String(format: " (of %d, a control group allows the time of %.4g)", allowed, quota)
    }
}

/// What control groups allow a process of the processors' time, in processors.
enum ProcessorQuota {
    /// That of this process; nil where there is no limit.
    static let mine = read(process: "/proc/self/cgroup", groups: "/sys/fs/cgroup")

    /// The lowest limit of the groups that a process is in, each of which is below others.
    ///
    /// - Parameters:
    ///   - process: the file that names its groups.
    ///   - groups: where control groups are mounted, those of version 2 there or in `unified`, those of version 1 by name.
    static func read(process: String, groups: String) -> Double? {
        guard let lines = try? String(contentsOfFile: process, encoding: .utf8) else { return nil }
        let found = lines.split(separator: "\n").flatMap { line -> [Double] in
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { return [] }
            let (controllers, path) = (parts[1], String(parts[2]))
            if controllers.isEmpty {
                return ["", "/unified"].flatMap { limits(below: groups + $0, path, second) }
            }
            guard controllers.split(separator: ",").contains("cpu") else { return [] }
            return ["/\(controllers)", "/cpu"].flatMap { limits(below: groups + $0, path, first) }
        }
        return found.min()
    }

    /// Those of a group and all that it is in.
    private static func limits(below root: String, _ path: String, _ limit: (String) -> Double?) -> [Double] {
        let names = path.split(separator: "/").filter { $0 != ".." }
        return (0...names.count).compactMap { limit(root + "/" + names.prefix($0).joined(separator: "/")) }
    }

    /// Of version 2: microseconds in each period, or "max".
    private static func second(_ group: String) -> Double? {
        let words = words(group + "/cpu.max")
        guard words.count == 2, let quota = Double(words[0]), let period = Double(words[1]) else { return nil }
        return ratio(quota, period)
    }

    /// Of version 1, where −1 stands for no limit.
    private static func first(_ group: String) -> Double? {
        guard let quota = words(group + "/cpu.cfs_quota_us").first.flatMap({ Double($0) }),
            let period = words(group + "/cpu.cfs_period_us").first.flatMap({ Double($0) })
        else { return nil }
        return ratio(quota, period)
    }

    private static func ratio(_ quota: Double, _ period: Double) -> Double? {
        quota > 0 && period > 0 ? quota / period : nil
    }

    private static func words(_ path: String) -> [Substring] {
        ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split { $0.isWhitespace }
    }
}
