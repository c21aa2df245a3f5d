import Display
import Foundation
import Measurements
import Testing

/// The display on a real terminal device.
@Suite(.enabled(if: access("/dev/ptmx", R_OK | W_OK) == 0)) struct TerminalTests {
    private func show(_ terminal: Terminal, live: Bool? = nil) {
        let display = ProgressDisplay(terminal: terminal, live: live)
        display.take(beginning)
        display.finish()
    }

    @Test func blocksFitTheScreenOfATerminal() throws {
        let device = try PseudoTerminal(columns: 50, rows: 5)
        let terminal = Terminal(descriptor: device.descriptor)
        #expect(terminal.size == (50, 5))
        show(terminal, live: true)
        let text = device.end()
        // Four of the six lines, so that the cursor below them is still on the screen.
        #expect(text.ranges(of: "\u{1B}[K").count == 4)
        #expect(text.hasSuffix("\u{1B}[?25h"))
    }

    /// Nothing is sent to steer a terminal of which nothing is known.
    @Test(arguments: [[:], ["TERM": ""], ["TERM": "dumb"]]) func terminalsWithoutANameAreNotSteered(
        environment: [String: String]
    ) throws {
        let device = try PseudoTerminal()
        let terminal = Terminal(descriptor: device.descriptor, environment: environment)
        #expect(!terminal.isInteractive && !terminal.wantsColour)
        show(terminal)
        let text = device.end()
        #expect(!text.contains("\u{1B}") && text.contains("steps"), "\(text)")
    }

    @Test func terminalsWithANameAreSteeredAndColouredAsWanted() throws {
        let device = try PseudoTerminal()
        for (more, coloured) in [([:], true), (["NO_COLOR": ""], true), (["NO_COLOR": "1"], false)] {
            let environment = ["TERM": "xterm"].merging(more) { $1 }
            let terminal = Terminal(descriptor: device.descriptor, environment: environment)
            #expect(terminal.isInteractive && terminal.wantsColour == coloured)
            show(terminal)
        }
        #expect(device.end().contains("\u{1B}[K"))
    }
}
