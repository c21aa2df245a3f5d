import Foundation
import Testing

/// A terminal device whose other side is here.
final class PseudoTerminal {
    /// What a program writes to.
    let descriptor: Int32
    private let master: Int32
    private var isOpen = true

    init(columns: UInt16 = 80, rows: UInt16 = 24) throws {
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        try #require(master >= 0)
        // posix_openpt and its like are not imported; these are TIOCSPTLCK (unlock) and TIOCGPTN (number).
        var (lock, number): (Int32, Int32) = (0, 0)
        try #require(ioctl(master, 0x4004_5431, &lock) == 0 && ioctl(master, 0x8004_5430, &number) == 0)
        let slave = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        try #require(slave >= 0)
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        try #require(ioctl(slave, UInt(TIOCSWINSZ), &size) == 0)
        (self.master, descriptor) = (master, slave)
    }

    deinit {
        if isOpen { close(descriptor) }
        close(master)
    }

    /// Closes it. It hands on what was written in pieces, and ends once the program's side is closed.
    /// - Returns: all that was written.
    func end() -> String {
        close(descriptor)
        isOpen = false
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = read(master, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }
}
