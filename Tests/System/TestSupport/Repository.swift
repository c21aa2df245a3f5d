public import Foundation

/// The folder that this package was built from, for tests that read its pages, scripts and fixtures.
public enum Repository {
    public static let root: URL = {
        var folder = URL(filePath: #filePath).deletingLastPathComponent()
        while !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path) {
            precondition(folder.path != "/", "\(#filePath) lies in no package")
            folder.deleteLastPathComponent()
        }
        return folder
    }()

    /// The text of a file, its path from the root: "docs/protocol.md".
    public static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
}
