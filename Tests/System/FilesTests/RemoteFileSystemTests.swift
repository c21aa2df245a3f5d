import Testing

@testable import Files

@Suite struct RemoteFileSystemTests {
    @Test(
        arguments: [
            (0x6969, "NFS"), (0xFF53_4D42, "SMB"), (0xFE53_4D42, "SMB"), (0x0BD0_0BD0, "Lustre"), (0x4750_4653, "GPFS"),
            // ext4, XFS, Btrfs, tmpfs, overlayfs, ZFS.
            (0xEF53, nil), (0x5846_5342, nil), (0x9123_683E, nil), (0x0102_1994, nil), (0x794C_7630, nil),
            (0x2FC1_2FC1, nil),
        ] as [(UInt32, String?)])
    func kindsAreKnownByTheirNumbers(kind: UInt32, name: String?) {
        #expect(RemoteFileSystem.name(kind, device: "0:1", mounts: "") == name)
    }

    /// Of those that share a number the table of mounts tells which it is.
    @Test func programsThatShareANumberAreTold() {
        let mounts = """
            22 1 0:21 / / rw,relatime - fuse.fuse-overlayfs fuse-overlayfs rw
            36 22 0:45 / /mnt/a\\040b rw,nosuid shared:1 master:2 - fuse.sshfs me@host:/home rw,user_id=0
            37 22 0:46 / /mnt/c rw - fuseblk /dev/sdb1 rw

            """
        let names = ["0:21", "0:45", "0:46", "0:47"].map {
            RemoteFileSystem.name(0x6573_5546, device: $0, mounts: mounts)
        }
        #expect(names == [nil, "sshfs", nil, nil])
    }

    @Test func thisMachinesOwnAreNone() {
        #expect(RemoteFileSystem.name(of: "/proc") == nil && RemoteFileSystem.name(of: "/nowhere") == nil)
    }
}
