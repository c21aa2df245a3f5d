/// The escape sequences that keep a block of lines at the bottom of a terminal, redrawn in place. Pure: it returns
/// what is to be written.
struct LiveBlock: Sendable {
    private static let hideCursor = "\u{1B}[?25l"
    private static let showCursor = "\u{1B}[?25h"
    private static let clearToEndOfLine = "\u{1B}[K"
    private static let clearBelow = "\u{1B}[J"

    /// Lines now on the screen; the cursor stands at the start of the line below them.
    private var height = 0
    private var isCursorHidden = false

    /// Draws `lines` over the block. Each line is overwritten and then cleared to its end, never cleared first: that
    /// is what would flicker.
    mutating func draw(_ lines: [String]) -> String {
        let start = isCursorHidden ? "" : Self.hideCursor
        isCursorHidden = true
        let text = start + home + lines.map { $0 + Self.clearToEndOfLine + "\n" }.joined() + Self.clearBelow
        height = lines.count
        return text
    }

    /// Puts a message above the block, which the next `draw` draws again.
    mutating func interrupt(with message: String) -> String {
        let text = home + Self.clearBelow + message + "\n"
        height = 0
        return text
    }

    /// Leaves the block where it is and gives the cursor back.
    mutating func finish() -> String {
        defer { isCursorHidden = false }
        height = 0
        return isCursorHidden ? Self.showCursor : ""
    }

    private var home: String { height > 0 ? "\u{1B}[\(height)A\r" : "" }
}
