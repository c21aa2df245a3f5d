import Foundation
import Measurements

/// What a learner tells the process that started it: one JSON object a line, told apart by its `kind`.
package enum LearnerNews: Codable, Sendable, Equatable {
    /// Actors can connect to this address.
    case listening(String)
    case measured(MeasurementRecord)

    private static let listeningKind = "listening"

    private enum CodingKeys: String, CodingKey {
        case kind, address
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self =
            try container.decode(String.self, forKey: .kind) == Self.listeningKind
            ? .listening(container.decode(String.self, forKey: .address))
            : .measured(MeasurementRecord(from: decoder))
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .listening(let address):
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(Self.listeningKind, forKey: .kind)
            try container.encode(address, forKey: .address)
        case .measured(let record): try record.encode(to: encoder)
        }
    }
}
