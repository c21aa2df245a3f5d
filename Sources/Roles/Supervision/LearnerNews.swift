import Foundation
import Measurements

/// What a learner tells the process that started it: one JSON object a line, told apart by its `kind`.
package enum LearnerNews: Codable, Sendable, Equatable {
    /// Actors can connect to this address.
    case listening(String)
    case measured(MeasurementRecord)
    /// The run is complete, and its actors are about to be dismissed.
    case complete

    private static let listeningKind = "listening"
    private static let completeKind = "complete"

    private enum CodingKeys: String, CodingKey {
        case kind, address
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self =
            switch try container.decode(String.self, forKey: .kind) {
            case Self.listeningKind: .listening(try container.decode(String.self, forKey: .address))
            case Self.completeKind: .complete
            default: .measured(try MeasurementRecord(from: decoder))
            }
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .listening(let address):
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(Self.listeningKind, forKey: .kind)
            try container.encode(address, forKey: .address)
        case .measured(let record): try record.encode(to: encoder)
        case .complete:
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(Self.completeKind, forKey: .kind)
        }
    }
}
