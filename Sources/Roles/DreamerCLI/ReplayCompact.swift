import ArgumentParser
import Foundation
import Replay

struct ReplayCompact: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact", abstract: "Give the room of what has left the database back to the file system.")

    @Argument(help: "Directory of the run.")
    var directory: String

    func run() throws {
        let store = try ReplayStore(ofRun: directory)
        let before = Self.size(store.path)
        try store.compact()
        try store.close()
        Output.line("\(store.path): \(before) bytes before, \(Self.size(store.path)) now")
    }

    private static func size(_ path: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }
}
