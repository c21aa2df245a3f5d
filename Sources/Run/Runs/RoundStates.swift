import Files
import Foundation

/// Where the actor of a run in lockstep stood at the end of its latest rounds: files in the run's directory. With them an actor
/// that is started again goes on as if it had not been stopped.
///
/// The actor writes a file before it hands over what the round has brought, and removes those before the last round that is stored.
public struct RoundStates: Sendable {
    /// The end of a round: the last trajectory that it has brought.
    public struct Mark: Sendable, Hashable, Comparable {
        public var incarnation: UInt64
        /// Its sequence number.
        public var through: UInt64

        public init(incarnation: UInt64, through: UInt64) {
            self.incarnation = incarnation
            self.through = through
        }

        public static func < (a: Mark, b: Mark) -> Bool { a.through < b.through }

        fileprivate var fileName: String { "\(String(incarnation, radix: 16))-\(through).json" }

        fileprivate init?(fileName: String) {
            let parts = fileName.dropLast(".json".count).split(separator: "-")
            guard fileName.hasSuffix(".json"), parts.count == 2, let incarnation = UInt64(parts[0], radix: 16),
                let through = UInt64(parts[1])
            else { return nil }
            self.init(incarnation: incarnation, through: through)
        }
    }

    private let directory: URL

    public init(in path: String) {
        directory = URL(fileURLWithPath: path)
    }

    /// The ends of rounds that there are.
    public var marks: [Mark] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        return names.compactMap(Mark.init(fileName:)).sorted()
    }

    /// Nil where it cannot be read.
    public func read<State: Decodable>(_ mark: Mark, as type: State.Type) -> State? {
        (try? Data(contentsOf: url(mark))).flatMap { try? JSONDecoder().decode(type, from: $0) }
    }

    public func write(_ state: some Encodable, _ mark: Mark) throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try DurableFile.replace(url(mark).path, with: try JSONEncoder().encode(state))
    }

    /// Removes all but those for which `isKept` holds.
    public func removeAll(unless isKept: (Mark) -> Bool = { _ in false }) {
        for mark in marks where !isKept(mark) { try? FileManager.default.removeItem(at: url(mark)) }
    }

    private func url(_ mark: Mark) -> URL { directory.appendingPathComponent(mark.fileName) }
}

extension RunDirectory {
    /// For the actor that `train` starts, where the run is in lockstep.
    public var roundStates: RoundStates { RoundStates(in: roundStatesPath) }

    public var roundStatesPath: String { url.appendingPathComponent("rounds").path }
}
