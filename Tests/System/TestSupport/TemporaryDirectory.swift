public import Foundation

/// A directory that goes with this object.
public final class TemporaryDirectory: Sendable {
    public let url: URL

    /// - Parameter inMemory: rather than on a disk, where the machine has a file system there.
    public init(inMemory: Bool = false) throws {
        let memory = "/dev/shm"
        let hasMemory = inMemory && FileManager.default.isWritableFile(atPath: memory)
        let parent = hasMemory ? URL(fileURLWithPath: memory) : FileManager.default.temporaryDirectory
        url = parent.appending(path: "dreamer-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    public var path: String { url.path }

    public func file(_ name: String) -> URL { url.appending(path: name) }

    /// The path of `name` inside.
    public func callAsFunction(_ name: String) -> String { file(name).path }

    /// Writes a file inside and returns its path.
    public func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: self(name), atomically: true, encoding: .utf8)
        return self(name)
    }
}
