import Foundation

/// Finds runs in folders, and reads what they measure while they measure it.
struct RunFollower: Sendable {
    /// Folders below those that were named in which runs are looked for.
    private static let depth = 3

    private let runs: RunList
    private let folders: [String]
    /// By folder.
    private var readers: [String: (run: ShownRun, reader: LineReader)] = [:]

    init(_ runs: RunList, folders: [String]) {
        self.runs = runs
        self.folders = folders
    }

    /// Adds the runs that are new.
    mutating func search() {
        for folder in folders {
            let path = URL(fileURLWithPath: folder).standardizedFileURL.path
            search(path, name: name(of: path), depth: Self.depth)
        }
    }

    private func name(of folder: String) -> String {
        URL(fileURLWithPath: folder).lastPathComponent
    }

    private mutating func search(_ folder: String, name: String, depth: Int) {
        let metrics = folder + "/metrics.jsonl"
        if FileManager.default.fileExists(atPath: metrics) { return add(folder, name: name, metrics) }
        guard depth > 0 else { return }
        for entry in (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted() ?? []
        where !entry.hasPrefix(".") {
            let path = "\(folder)/\(entry)"
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
                continue
            }
            search(path, name: depth == Self.depth ? entry : "\(name)/\(entry)", depth: depth - 1)
        }
    }

    private mutating func add(_ folder: String, name: String, _ metrics: String) {
        guard readers[folder] == nil else { return }
        let run = ShownRun(name: name, pictures: folder + "/pictures")
        if runs.add(run) { readers[folder] = (run, LineReader(metrics)) }
    }

    /// Reads what is new of each.
    mutating func read() {
        for (folder, entry) in readers {
            var (run, reader) = entry
            reader.readLines(isNew: { run.startOver() }) { run.take(line: $0) }
            readers[folder] = (run, reader)
        }
    }
}
