import Measurements

/// How a snapshot reads, as pure functions: a block of labelled lines for a terminal, or one line for a log.
enum ProgressLayout {
    private static let labelWidth = 9
    /// Below this a block would be cut to nothing useful; a terminal this narrow wraps.
    private static let minimumWidth = 20
    private static let separator = " · "

    /// The block, each line at most `width` columns (at least 20). Colours take no columns.
    static func lines(for snapshot: ProgressSnapshot, width: Int, coloured: Bool = false) -> [String] {
        let style = TextStyle(isColoured: coloured)
        let width = max(width, minimumWidth)
        let room = width - labelWidth
        var lines = [style.bold(cut(join([singleLine(snapshot.title), clock(snapshot)]), to: width))]
        func add(_ label: String, _ text: String, _ paint: (String) -> String = { $0 }) {
            let padding = String(repeating: " ", count: labelWidth - label.count)
            lines.append(style.dim(label) + padding + paint(cut(text, to: room)))
        }
        add("progress", bar(snapshot.fraction, room: room) + NumberText.percent(snapshot.fraction), style.green)
        add("steps", steps(snapshot))
        add("training", training(snapshot))
        add("episodes", episodes(snapshot), style.bold)
        for row in rows(of: snapshot.losses.map { "\($0.name) \(NumberText.short($0.value))" }, room: room) {
            add("losses", row)
        }
        add("actors", actors(snapshot))
        if let waiting = waiting(snapshot) { add("waiting", waiting, style.yellow) }
        return lines
    }

    /// Everything in one line without colours or a width.
    static func plainLine(for snapshot: ProgressSnapshot) -> String {
        let waiting = waiting(snapshot).map { "waiting: " + $0 } ?? ""
        let losses = snapshot.losses.map { "\($0.name) \(NumberText.short($0.value))" }
        let percent = NumberText.percent(snapshot.fraction)
        return join(
            [clock(snapshot), "\(percent) of \(steps(snapshot))", training(snapshot), episodes(snapshot)]
                + losses + [actors(snapshot), waiting])
    }

    private static func clock(_ snapshot: ProgressSnapshot) -> String {
        let pace = snapshot.progress?.pace
        let left = pace?.secondsLeft.map { "\(separator)\(NumberText.duration($0)) left" } ?? ""
        return NumberText.duration(pace?.elapsedSeconds ?? 0) + left
    }

    private static func steps(_ snapshot: ProgressSnapshot) -> String {
        join([
            "\(NumberText.grouped(snapshot.agentSteps)) / \(NumberText.grouped(snapshot.targetSteps)) steps",
            "\(NumberText.short(snapshot.progress?.pace.agentStepsPerSecond ?? 0))/s",
            snapshot.environmentFrames == snapshot.agentSteps
                ? "" : "\(NumberText.grouped(snapshot.environmentFrames)) frames",
        ])
    }

    private static func training(_ snapshot: ProgressSnapshot) -> String {
        let training = snapshot.progress?.training
        let skipped = training?.skippedSteps ?? 0
        let actual = snapshot.replay?.replayRatio.map { "\(NumberText.short($0)) of " } ?? ""
        return join([
            "\(NumberText.grouped(training?.trainSteps ?? 0)) updates",
            "\(NumberText.short(training?.trainStepsPerSecond ?? 0))/s",
            "replay ratio \(actual)\(NumberText.short(snapshot.replay?.replayRatioConfigured ?? 0))",
            skipped > 0 ? "\(NumberText.grouped(skipped)) left out" : "",
        ])
    }

    private static func episodes(_ snapshot: ProgressSnapshot) -> String {
        join([
            snapshot.recentReturns.mean.map { "return \(NumberText.short($0))" } ?? "no return yet",
            "\(NumberText.grouped(snapshot.episodes)) episodes",
        ])
    }

    private static func actors(_ snapshot: ProgressSnapshot) -> String {
        let staleness = snapshot.staleness
        return join([
            "\(snapshot.connected.count)/\(snapshot.start?.actors ?? 0) connected",
            "policy v\(snapshot.progress?.training.policyVersion ?? 0)",
            staleness.maximum.map {
                "staleness mean \(NumberText.short(staleness.mean)), max \(NumberText.short($0))"
            } ?? "",
        ])
    }

    private static func waiting(_ snapshot: ProgressSnapshot) -> String? {
        snapshot.progress?.pace.waiting.map(singleLine)
    }

    /// A bar that leaves room for the percentage, or nothing where there is none.
    private static func bar(_ fraction: Double, room: Int) -> String {
        let cells = min(40, room - 9)
        guard cells >= 5 else { return "" }
        let full = Int((fraction * Double(cells)).rounded(.down))
        return String(repeating: "█", count: full) + String(repeating: "░", count: cells - full) + " "
    }

    /// Items in as few rows as fit; an item that is wider than a row has one of its own.
    private static func rows(of items: [String], room: Int) -> [String] {
        var rows: [String] = []
        for item in items {
            if let last = rows.last, last.count + separator.count + item.count <= room {
                rows[rows.count - 1] += separator + item
            } else {
                rows.append(item)
            }
        }
        return rows
    }

    private static func join(_ parts: [String]) -> String {
        parts.filter { !$0.isEmpty }.joined(separator: separator)
    }

    private static func cut(_ text: String, to width: Int) -> String {
        text.count <= width ? text : text.prefix(width - 1) + "…"
    }

    /// Text from elsewhere must not move the cursor.
    private static func singleLine(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }
}
