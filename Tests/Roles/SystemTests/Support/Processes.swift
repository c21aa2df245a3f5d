import Foundation

/// The processes of this machine, as /proc shows them.
enum Processes {
    /// Those with `text` in their command line, by number.
    static func withArgument(_ text: String) -> [Int32: [String]] {
        let numbers = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
        var found: [Int32: [String]] = [:]
        for number in numbers {
            // A process may end between the listing and the look.
            guard let data = FileManager.default.contents(atPath: "/proc/\(number)/cmdline") else { continue }
            let arguments = data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            if arguments.contains(where: { $0.contains(text) }) { found[number] = arguments }
        }
        return found
    }

    /// The actor of that name which `train` runs for `logdir`.
    static func actor(_ name: String, logdir: String) -> Int32? {
        withArgument(logdir).first { $0.value.contains("actor") && $0.value.contains(name) }?.key
    }
}
