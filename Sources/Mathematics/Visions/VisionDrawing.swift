import Pictures

/// A vision drawn: one picture with a column for some of its steps, or an animation of all.
public struct VisionDrawing: Sendable {
    private static let ink = Picture.Color(222, 222, 226)
    private static let paper = Picture.Color(24, 24, 30)
    /// Frames that the world model has seen, and those that it predicts.
    private static let seen = Picture.Color(84, 160, 255)
    private static let predicted = Picture.Color(255, 159, 67)
    private static let gap = 6
    private static let columns = 12

    private let vision: Vision
    /// Pixels on paper for one of a frame.
    private let scale: Int

    public init(_ vision: Vision) {
        self.vision = vision
        scale = max(1, 128 / vision.size)
    }

    /// Rows: truth, model and error, or truth, mask and o′, or truth and model. Columns: steps at equal distances.
    public func strip() -> Picture {
        let steps = shownSteps
        let (side, rows) = (frameSide, labels.count)
        let left = labelWidth
        var sheet = Picture(
            width: left + steps.count * (side + Self.gap), height: header + rows * (side + Self.gap), Self.paper)
        for (row, label) in labels.enumerated() {
            let top = header + row * (side + Self.gap)
            sheet.write(
                label, x: Self.gap, y: top + (side - Picture.textHeight(scale: 2)) / 2, scale: 2, Self.ink)
        }
        for (column, step) in steps.enumerated() {
            let x = left + column * (side + Self.gap)
            mark(step, x: x, on: &sheet)
            for (row, picture) in pictures(step).enumerated() {
                if let picture { sheet.draw(picture, x: x, y: header + row * (side + Self.gap)) }
            }
        }
        return sheet
    }

    /// The rows of `strip` side by side, a frame a step.
    public func animation() -> [Picture] {
        let side = frameSide
        return vision.truth.indices.map { step in
            var sheet = Picture(
                width: Self.gap + labels.count * (side + Self.gap), height: header + Self.gap + 14 + side, Self.paper)
            mark(step, x: Self.gap, on: &sheet)
            for (row, picture) in pictures(step).enumerated() {
                let x = Self.gap + row * (side + Self.gap)
                sheet.write(labels[row], x: x, y: header, scale: 2, Self.ink)
                if let picture { sheet.draw(picture, x: x, y: header + 14) }
            }
            return sheet
        }
    }

    /// The animation as a file, the last frame held for a moment.
    public func gif() -> [UInt8] {
        let frames = animation()
        return GIF.encode(frames, hundredths: frames.indices.map { $0 == frames.count - 1 ? 120 : 12 })
    }

    public func png() -> [UInt8] { PNG.encode(strip()) }

    // MARK: Layout

    private var frameSide: Int { vision.size * scale }
    private var header: Int { 2 * Self.gap + Picture.textHeight(scale: 2) }
    private var labelWidth: Int {
        2 * Self.gap + (labels.map { Picture.textWidth($0, scale: 2) }.max() ?? 0)
    }

    private var labels: [String] {
        switch vision.kind {
        case .mask: ["frame", "mask", "o′"]
        case .reconstruction, .openloop: ["truth", "model", "error"]
        case .imagination: ["truth", "model"]
        }
    }

    /// The last frames that were seen and then predictions at equal distances; of what is not predicted, all at such.
    private var shownSteps: [Int] {
        let count = vision.truth.count
        guard count > Self.columns else { return Array(0..<count) }
        guard vision.context < count else {
            return (0..<Self.columns).map { $0 * (count - 1) / (Self.columns - 1) }
        }
        let seen = Array(max(0, vision.context - 2)..<vision.context)
        let (rest, predicted) = (Self.columns - seen.count, count - vision.context)
        guard predicted > rest else { return seen + Array(vision.context..<count) }
        return seen + (0..<rest).map { vision.context + $0 * (predicted - 1) / (rest - 1) }
    }

    /// Writes what a step is above its column: its number, for predictions that of steps ahead.
    private func mark(_ step: Int, x: Int, on sheet: inout Picture) {
        let isSeen = step < vision.context
        let text = isSeen ? "\(step + 1)" : "+\(step + 1 - vision.context)"
        let color = isSeen ? Self.seen : Self.predicted
        sheet.write(text, x: x, y: Self.gap, scale: 2, color)
        let y = Self.gap + Picture.textHeight(scale: 2) + 1
        sheet.fill(x: x..<x + frameSide, y: y..<y + 2, color)
    }

    // MARK: Frames

    private func pictures(_ step: Int) -> [Picture?] {
        let truth = vision.hasTruth(step) ? vision.truth[step] : nil
        switch vision.kind {
        case .mask: return [truth, vision.masks[step], vision.differentials[step]].map(picture)
        case .reconstruction, .openloop:
            let model = vision.model[step]
            let error = truth.map { zip(model, $0).map { UInt8((255 + Int($0) - Int($1)) / 2) } }
            return [truth, model, error].map(picture)
        case .imagination: return [truth, vision.model[step]].map(picture)
        }
    }

    private func picture(_ frame: [UInt8]?) -> Picture? {
        frame.map {
            Picture(frame: $0, width: vision.size, height: vision.size, channels: vision.channels).magnified(by: scale)
        }
    }
}
