public import Foundation
import Numbers

/// What a disk may hold at a moment of a recording: what was flushed in any case, and of the rest whatever a power loss leaves.
/// A name counts as flushed only when its directory was, though many file systems are kinder.
public struct DiskImage {
    private enum NameChange {
        case create(path: String, file: Int)
        case remove(path: String)
        case rename(from: String, to: String)

        var directory: String {
            switch self {
            case .create(let path, _), .remove(let path), .rename(let path, _): DiskImage.directory(of: path)
            }
        }
    }

    private var files: [Int: DiskFile] = [:]
    /// Files by path.
    private var flushedNames: [String: Int] = [:]
    private var unflushedNames: [NameChange] = []
    /// What the program has promised so far.
    public private(set) var notes: [String] = []
    /// For what failed flushes have left.
    private var dice: SplitMix64

    public init(seed: UInt64) {
        dice = SplitMix64(seed: seed)
    }

    public mutating func apply(_ record: DiskRecord) {
        switch record {
        case .create(let file, let path):
            files[file] = DiskFile()
            unflushedNames.append(.create(path: path, file: file))
        case .write(let file, let offset, let bytes): files[file]?.add(.write(offset: offset, bytes: bytes))
        case .truncate(let file, let count): files[file]?.add(.truncate(count: count))
        case .flush(let file): files[file]?.flush()
        case .failedFlush(let file): files[file]?.failedFlush(dice: &dice)
        case .flushNames(let directory):
            for change in unflushedNames where change.directory == directory { Self.apply(change, to: &flushedNames) }
            unflushedNames.removeAll { $0.directory == directory }
        case .remove(let path): unflushedNames.append(.remove(path: path))
        case .rename(let from, let to): unflushedNames.append(.rename(from: from, to: to))
        case .note(let note): notes.append(note)
        }
    }

    /// Writes what is left after a power loss now into `directory`, which holds nothing yet.
    public func write(after loss: PowerLoss, seed: UInt64, to directory: URL) throws {
        var dice = SplitMix64(seed: seed)
        var names = flushedNames
        for change in unflushedNames where loss.keeps(using: &dice) { Self.apply(change, to: &names) }
        for (path, file) in names.sorted(by: { $0.key < $1.key }) {
            let url = directory.appending(path: path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try (files[file]?.content(after: loss, dice: &dice) ?? Data()).write(to: url)
        }
    }

    private static func apply(_ change: NameChange, to names: inout [String: Int]) {
        switch change {
        case .create(let path, let file): names[path] = file
        case .remove(let path): names[path] = nil
        // Where the old name was lost, so is the new one.
        case .rename(let from, let to): if let file = names.removeValue(forKey: from) { names[to] = file }
        }
    }

    private static func directory(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }
}

extension PowerLoss {
    fileprivate func keeps(using dice: inout SplitMix64) -> Bool {
        switch self {
        case .nothing: false
        case .everything: true
        case .chance: Bool.random(using: &dice)
        }
    }
}
