import Foundation
import Logging

/// Writes one JSON object a line: `time` (Unix seconds), `level`, `logger`, `message`, and `metadata` where there is some.
struct JSONLogHandler: LogHandler {
    private struct Line: Encodable {
        let time: Double
        let level: String
        let logger: String
        let message: String
        let metadata: [String: String]?
    }

    let label: String
    let output: LogOutput
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    init(label: String, output: LogOutput) {
        self.label = label
        self.output = output
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues { "\($0)" }
        let line = Line(
            time: Date().timeIntervalSince1970, level: event.level.rawValue, logger: label,
            message: "\(event.message)", metadata: fields.isEmpty ? nil : fields)
        // Texts and a number are always JSON.
        guard let text = try? Output.json(line) else { return }
        output.write(text + "\n")
    }
}
