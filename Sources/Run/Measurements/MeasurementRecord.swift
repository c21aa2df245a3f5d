import Foundation

/// A measurement and its time: one line of `metrics.jsonl`, and of what a learner tells the process that started it.
public struct MeasurementRecord: Codable, Sendable, Equatable {
    /// Unix seconds, to the millisecond: enough to order lines and keep them readable.
    public let time: Double
    public let measurement: RunMeasurement

    public init(_ measurement: RunMeasurement, at date: Date = Date()) {
        time = (date.timeIntervalSince1970 * 1000).rounded() / 1000
        self.measurement = measurement
    }

    private enum CodingKeys: String, CodingKey {
        case time, kind
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        time = try container.decode(Double.self, forKey: .time)
        measurement = try RunMeasurement(container.decode(RunMeasurement.Kind.self, forKey: .kind), from: decoder)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(time, forKey: .time)
        try container.encode(measurement.kind, forKey: .kind)
        try measurement.encodeFields(to: encoder)
    }
}

extension MeasurementRecord {
    /// One JSON object with sorted keys and without a line break. A value that is absent, and what JSON has no number for
    /// (infinite, not a number), is null.
    public var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        } catch {
            preconditionFailure("\(measurement) cannot be encoded: \(error)")
        }
    }

    /// Reads a line; nil for what is no measurement that this program knows.
    public init?(json: some Sequence<UInt8>) {
        guard let record = try? JSONDecoder().decode(Self.self, from: Data(json)) else { return nil }
        self = record
    }
}
