import CPlatform
import Foundation
import Glibc

/// File systems whose disk is another machine's. SQLite's log shares memory and locks between processes, and a flush must have
/// reached a disk when it returns: there neither is certain.
package enum RemoteFileSystem {
    /// Names by the number that `statfs` gives a kind of file system (statfs(2), and the systems' own headers).
    private static let names: [UInt32: String] = [
        0x6969: "NFS", 0x517B: "SMB", 0xFF53_4D42: "SMB", 0xFE53_4D42: "SMB", 0x0BD0_0BD0: "Lustre",
        0x4750_4653: "GPFS", 0x00C3_6400: "CephFS", 0x1983_0326: "BeeGFS", 0x5346_414F: "AFS", 0x6B41_4653: "AFS",
    ]
    /// A number that programs share, some of which bring what is on a local disk.
    private static let fuse: UInt32 = 0x6573_5546
    private static let fuseKinds: Set = ["sshfs", "glusterfs", "s3fs", "rclone", "gcsfuse", "cephfs", "juicefs"]

    /// The name of the one that `path` lies on; nil for a local one, and where there is no such path.
    package static func name(of path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        let mounts = (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? ""
        return name(platform_file_system(path), device: device(status.st_dev), mounts: mounts)
    }

    /// "major:minor", from the bits where makedev(3) puts them.
    private static func device(_ number: dev_t) -> String {
        let (major, minor) = (number >> 8 & 0xFFF | number >> 32 & ~0xFFF, number & 0xFF | number >> 12 & ~0xFF)
        return "\(UInt32(truncatingIfNeeded: major)):\(UInt32(truncatingIfNeeded: minor))"
    }

    /// - Parameters:
    ///   - kind: the number of the kind.
    ///   - device: "major:minor", as `mounts` names it.
    ///   - mounts: lines of `/proc/self/mountinfo` (proc_pid_mountinfo(5)).
    static func name(_ kind: UInt32, device: String, mounts: String) -> String? {
        guard kind == fuse else { return names[kind] }
        let line = mounts.split(separator: "\n").first { $0.split(separator: " ").dropFirst(2).first == device[...] }
        // After the optional fields: " - fuse.sshfs SOURCE OPTIONS".
        guard let type = line?.split(separator: " ").drop(while: { $0 != "-" }).dropFirst().first else { return nil }
        let name = String(type.dropFirst("fuse.".count))
        return fuseKinds.contains(name) ? name : nil
    }
}
