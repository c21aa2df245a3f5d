import Files
import Foundation
import Glibc

extension Examination {
    private static let scarceBytes = 10 << 30
    private static let leastBytes = 256 << 20

    var directoryFindings: [Finding] { [fileSystem, writing, disk] }

    /// The directory, or the nearest above it that there is.
    private var existing: String {
        var url = URL(fileURLWithPath: directory)
        while !FileManager.default.fileExists(atPath: url.path), url.path != "/" { url.deleteLastPathComponent() }
        return url.path
    }

    private var fileSystem: Finding {
        guard let name = RemoteFileSystem.name(of: existing) else {
            return Finding("file system", "\(existing) is local")
        }
        return Finding(
            "file system", .warning,
            "\(existing) lies on \(name): SQLite's locks and log, and flushed data, are not certain there",
            advice: "keep runs on a local disk (--logdir)")
    }

    /// Makes a directory of its own there, and removes it.
    private var writing: Finding {
        let trial = existing + "/.dreamer-doctor-\(UUID().uuidString)"
        let advice = "choose a directory that can be written (--logdir), or mend its rights"
        defer { try? FileManager.default.removeItem(atPath: trial) }
        do {
            try FileManager.default.createDirectory(atPath: trial, withIntermediateDirectories: false)
            _ = try DirectoryLock(trial, name: "lock")
            let start = ContinuousClock.now
            for number in 0..<8 { try DurableFile.replace(trial + "/file", with: [UInt8(number)]) }
            let seconds = (ContinuousClock.now - start) / .seconds(8)
            let direct =
                Self.takesDirectWrites(trial) ? "direct writes" : "no direct writes: payloads pass the page cache"
            let text = String(format: "locks, and a durable file in %.1f ms; %@", seconds * 1000, direct)
            guard seconds > 0.1 else { return Finding("writing", text) }
            return Finding("writing", .warning, text, advice: "each commit waits for a flush: a faster disk helps")
        } catch {
            let reason = (error as? CocoaError)?.localizedDescription ?? "\(error)"
            return Finding("writing", .fault, "\(existing) cannot be written: \(reason)", advice: advice)
        }
    }

    private static func takesDirectWrites(_ directory: String) -> Bool {
        do { _ = try OpenFile(directory + "/direct", for: .direct) } catch { return false }
        return true
    }

    private var disk: Finding {
        var status = statvfs()
        guard statvfs(existing, &status) == 0 else { return Finding("disk", .fault, "\(existing) cannot be looked at") }
        let free = Int(status.f_bavail) * Int(status.f_frsize)
        let text = String(format: "%.1f GiB free at %@", Double(free) / Double(1 << 30), existing)
        let advice = "a replay of a million Atari steps takes some 10 GB: make room, or set replay.capacity_bytes"
        if free < Self.leastBytes { return Finding("disk", .fault, text, advice: advice) }
        return Finding(
            "disk", free < Self.scarceBytes ? .warning : .ok, text, advice: free < Self.scarceBytes ? advice : nil)
    }
}
