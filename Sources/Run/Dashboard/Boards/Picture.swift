import Foundation

/// The newest picture of one kind, as it lies in a run's folder: `KIND-STEP.png` or `.gif`.
struct Picture: Sendable, Equatable {
    /// Largest file that is shown.
    static let maximumBytes = 32 << 20
    /// Kinds that are shown at most.
    private static let maximumKinds = 24

    let kind: String
    /// Training step that it was made at.
    let step: Int
    let file: String

    /// What a file's name says; nil where it is none of a picture.
    init?(file: String) {
        guard let match = file.wholeMatch(of: /([A-Za-z0-9_.-]+)-([0-9]{1,15})\.(png|gif)/), !file.hasPrefix("."),
            let step = Int(match.output.2)
        else { return nil }
        (kind, self.step, self.file) = (String(match.output.1), step, file)
    }

    /// "image/png" or "image/gif".
    var mediaType: String { file.hasSuffix(".gif") ? "image/gif" : "image/png" }

    /// The newest of each kind in `folder`, by kind; none where there is no folder.
    static func newest(in folder: String) -> [Picture] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        var newest: [String: Picture] = [:]
        for picture in files.compactMap(Picture.init(file:)) {
            if let other = newest[picture.kind], other.precedence >= picture.precedence { continue }
            newest[picture.kind] = picture
        }
        return Array(newest.values.sorted { $0.kind < $1.kind }.prefix(maximumKinds))
    }

    /// Of two of one step, the animation is shown.
    private var precedence: (Int, Int) { (step, file.hasSuffix(".gif") ? 1 : 0) }

    func write(to json: inout JSONText) {
        json.object {
            $0.member("kind", kind)
            $0.member("step", step)
            $0.member("file", file)
        }
    }
}
