import Diagnostics
import Foundation

/// Which checkpoint of a run is meant.
public enum CheckpointChoice: Sendable, Equatable {
    case newest
    /// The one that was evaluated best.
    case best
    /// By its training steps.
    case step(Int)

    /// As a person names it; nil for anything else.
    public init?(_ text: String) {
        switch text {
        case "newest": self = .newest
        case "best": self = .best
        default:
            guard let step = Int(text), step >= 0 else { return nil }
            self = .step(step)
        }
    }
}

extension Checkpoint {
    /// The checkpoint that is meant.
    /// - Throws: one line where there is none, or it is damaged.
    static func chosen(_ choice: CheckpointChoice, in directory: URL) throws -> Whole? {
        let file: URL
        switch choice {
        case .newest: return try newest(in: directory)
        case .best: file = best(in: directory)
        case .step(let step): file = url(step, in: directory)
        }
        guard FileManager.default.fileExists(atPath: file.path) else {
            let steps = files(in: directory).compactMap(step(of:)).map(String.init).joined(separator: ", ")
            let hint = choice == .best ? "`dreamer evaluate --record` makes one" : "there are \(steps)"
            throw UserError("there is no checkpoint \(file.lastPathComponent) in \(directory.path): \(hint)")
        }
        let (archive, state) = try read(file)
        return Whole(url: file, archive: archive, state: state, damaged: [])
    }
}
