import Display
import Foundation
import Measurements
import Testing

/// The display on a real terminal device: a pseudo-terminal of 50 columns and 5 rows.
@Suite struct TerminalTests {
    @Test(.enabled(if: access("/dev/ptmx", R_OK | W_OK) == 0)) func blocksFitTheScreenOfATerminal() throws {
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        try #require(master >= 0)
        defer { close(master) }
        // posix_openpt and its like are not imported; these are TIOCSPTLCK (unlock) and TIOCGPTN (number).
        var (lock, number): (Int32, Int32) = (0, 0)
        try #require(ioctl(master, 0x4004_5431, &lock) == 0 && ioctl(master, 0x8004_5430, &number) == 0)
        let slave = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        try #require(slave >= 0)
        var size = winsize(ws_row: 5, ws_col: 50, ws_xpixel: 0, ws_ypixel: 0)
        try #require(ioctl(slave, UInt(TIOCSWINSZ), &size) == 0)

        let terminal = Terminal(descriptor: slave)
        #expect(terminal.size == (50, 5))
        let environment = ProcessInfo.processInfo.environment
        #expect(terminal.isInteractive == (environment["TERM"] != "dumb"))
        #expect(terminal.wantsColour == (terminal.isInteractive && (environment["NO_COLOR"] ?? "").isEmpty))

        let display = ProgressDisplay(terminal: terminal, live: true)
        display.take(beginning)
        display.finish()
        // The device hands on what was written in pieces, and ends once the other side is closed.
        close(slave)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = read(master, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
        let text = String(decoding: bytes, as: UTF8.self)
        // Four of the six lines, so that the cursor below them is still on the screen.
        #expect(text.ranges(of: "\u{1B}[K").count == 4)
        #expect(text.hasSuffix("\u{1B}[?25h"))
    }
}
