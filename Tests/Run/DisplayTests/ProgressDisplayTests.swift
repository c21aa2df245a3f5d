import Display
import Foundation
import Measurements
import Testing

@Suite struct ProgressDisplayTests {
    private func snapshot(_ measurements: [RunMeasurement]) -> ProgressSnapshot {
        var snapshot = ProgressSnapshot()
        for measurement in measurements { snapshot.take(measurement) }
        return snapshot
    }

    private var snapshot: ProgressSnapshot { snapshot(middle) }

    @Test func blockShowsEverything() {
        #expect(
            ProgressDisplay.lines(for: snapshot, width: 80) == [
                "catch · dymodreamer · nano · 12:34 · 1:02:10 left",
                "progress █████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 12.5 %",
                "steps    12,500 / 100,000 steps · 231/s · 50,000 frames",
                "training 3,001 updates · 12.3/s · replay ratio 80.0 of 80.0",
                "episodes return 0.851 · 456 episodes",
                "losses   reward 0.0123 · image 123",
                "actors   2/2 connected · policy v300 · staleness mean 4.00, max 4.00",
                "waiting  the learner waits for experience",
            ])
    }

    @Test func plainLineShowsTheSame() {
        #expect(
            ProgressDisplay.plainLine(for: snapshot)
                == "12:34 · 1:02:10 left · 12.5 % of 12,500 / 100,000 steps · 231/s · 50,000 frames · 3,001 updates · "
                + "12.3/s · replay ratio 80.0 of 80.0 · return 0.851 · 456 episodes · reward 0.0123 · "
                + "image 123 · 2/2 connected · policy v300 · staleness mean 4.00, max 4.00 · "
                + "waiting: the learner waits for experience")
    }

    @Test func stepsThatWereLeftOutAreCounted() {
        #expect(
            ProgressDisplay.lines(for: snapshot(middle + [progress(12_500, skipped: 1234)]), width: 80).contains(
                "training 3,001 updates · 12.3/s · replay ratio 80.0 of 80.0 · 1,234 left out"))
    }

    @Test(arguments: [20, 21, 30, 40, 60, 79, 200]) func noLineIsWiderThanTheTerminal(width: Int) {
        for line in ProgressDisplay.lines(for: snapshot, width: width) { #expect(line.count <= width) }
    }

    @Test func lossesWrapToMoreRows() {
        #expect(ProgressDisplay.lines(for: snapshot, width: 40).filter { $0.hasPrefix("losses") }.count == 1)
        #expect(ProgressDisplay.lines(for: snapshot, width: 28).filter { $0.hasPrefix("losses") }.count == 2)
    }

    @Test func absurdWidthsAreSurvived() {
        #expect(!ProgressDisplay.lines(for: snapshot, width: 0).isEmpty)
        #expect(!ProgressDisplay.lines(for: snapshot, width: -5).isEmpty)
    }

    @Test func coloursTakeNoColumnsAndAreOffByDefault() {
        let plain = ProgressDisplay.lines(for: snapshot, width: 50)
        let coloured = ProgressDisplay.lines(for: snapshot, width: 50, coloured: true)
        #expect(!plain.joined().contains("\u{1B}"))
        #expect(coloured.joined().contains("\u{1B}["))
        #expect(coloured.map { $0.replacing(/\u{1B}\[\d+m/, with: "") } == plain)
    }

    @Test func aRunThatHasNotStartedIsShown() {
        let lines = ProgressDisplay.lines(for: ProgressSnapshot(), width: 80)
        #expect(lines.first == "0:00")
        #expect(lines.contains("episodes no return yet · 0 episodes"))
        #expect(!lines.contains { $0.hasPrefix("waiting") || $0.hasPrefix("losses") })
    }

    @Test func lossesThatWereNotMeasuredAgainStay() {
        let snapshot = snapshot([training([.imageLoss: 2, .modelLoss: 5]), training([.modelLoss: 4])])
        #expect(ProgressDisplay.lines(for: snapshot, width: 80).contains("losses   model 4.00 · image 2.00"))
    }

    @Test func whatIsNoNumberIsADash() {
        let lines = ProgressDisplay.lines(for: snapshot([training([.modelLoss: .nan])]), width: 80)
        #expect(lines.contains("losses   model –"))
    }

    /// What a display writes to a pipe.
    private func output(live: Bool, _ body: (ProgressDisplay) -> Void) -> String {
        let pipe = Pipe()
        let terminal = Terminal(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        #expect(!terminal.isInteractive && !terminal.wantsColour && terminal.size.columns == 80)
        body(ProgressDisplay(terminal: terminal, live: live ? true : nil))
        try? pipe.fileHandleForWriting.close()
        return String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
    }

    @Test func plainLinesComeAtTheIntervalAndAtTheEnd() {
        let start = ContinuousClock.now
        let text = output(live: false) { display in
            for second in 0...25 {
                display.take(progress(second), at: start + .seconds(second))
            }
            display.print("a message")
            display.finish()
            display.take(progress(100), at: start + .seconds(100))
        }
        let lines = text.split(separator: "\n")
        #expect(lines.count == 5 && lines[3] == "a message")
        #expect(lines[4].contains(" 25 / 0 steps"))
        #expect(!text.contains("\u{1B}"))
    }

    @Test func liveBlockIsDrawnOverAndTheCursorComesBack() {
        let start = ContinuousClock.now
        let text = output(live: true) { display in
            display.take(beginning, at: start)
            for measurement in middle { display.take(measurement, at: start + .milliseconds(10)) }
            display.take(progress(12_500), at: start + .seconds(1))
            display.print("a message")
        }
        // Six lines at first, then eight; the second update came too soon.
        #expect(text.hasPrefix("\u{1B}[?25l0:00\u{1B}[K\n"))
        #expect(text.hasSuffix("\u{1B}[J\u{1B}[?25h"))
        #expect(text.ranges(of: "\u{1B}[6A\r").count == 1)
        #expect(text.ranges(of: "\u{1B}[8A\r\u{1B}[Ja message\n").count == 1)
        #expect(text.ranges(of: "\u{1B}[?25l").count == 1 && text.ranges(of: "\u{1B}[?25h").count == 1)
    }
}
