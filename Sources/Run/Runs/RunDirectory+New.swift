import AgentChoice
import Diagnostics
import Experience
import Foundation
import Glibc
import Settings

extension RunDirectory {
    /// Makes a directory that nobody has, also not somebody who starts in the same second: `path`, or the first of `path-2`,
    /// `path-3` … that is free.
    public init(new path: String) throws(UserError) {
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        // Where it fails, the directory below cannot be made either, and that says why.
        try? FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        var (name, attempt) = (path, 1)
        while mkdir(name, 0o777) != 0, errno == EEXIST {
            attempt += 1
            name = "\(path)-\(attempt)"
        }
        try self.init(creating: name)
    }
}

extension Configuration {
    /// A name for the run's directory that every file system and shell takes, whatever the locale: task, agent, local time.
    public func directoryName(at time: time_t) -> String {
        var (seconds, local) = (time, tm())
        localtime_r(&seconds, &local)
        let date = [local.tm_year + 1900, local.tm_mon + 1, local.tm_mday].map(Self.twoDigits).joined()
        let clock = [local.tm_hour, local.tm_min, local.tm_sec].map(Self.twoDigits).joined()
        return "\(PortableName.of(environment.id))-\(PortableName.of(agent.agent))-\(date)-\(clock)"
    }

    private static func twoDigits(_ number: Int32) -> String { (number < 10 ? "0" : "") + "\(number)" }
}
