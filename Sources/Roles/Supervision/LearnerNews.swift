import Foundation
import Measurements

/// What a learner tells the process that started it: one JSON object a line, told apart by its `kind`.
package enum LearnerNews: Codable, Sendable, Equatable {
    /// Actors can connect to this address.
    case listening(String)
    /// The page that shows how the run is doing has this address.
    case dashboard(String)
    case measured(MeasurementRecord)
    /// The run is complete, and its actors are about to be dismissed.
    case complete

    private static let listeningKind = "listening"
    private static let dashboardKind = "dashboard"
    private static let completeKind = "complete"

    private enum CodingKeys: String, CodingKey {
        case kind, address
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self =
            switch try container.decode(String.self, forKey: .kind) {
            case Self.listeningKind: .listening(try container.decode(String.self, forKey: .address))
            case Self.dashboardKind: .dashboard(try container.decode(String.self, forKey: .address))
            case Self.completeKind: .complete
            default: .measured(try MeasurementRecord(from: decoder))
            }
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .listening(let address): try encode(Self.listeningKind, address, to: encoder)
        case .dashboard(let address): try encode(Self.dashboardKind, address, to: encoder)
        case .measured(let record): try record.encode(to: encoder)
        case .complete:
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(Self.completeKind, forKey: .kind)
        }
    }

    private func encode(_ kind: String, _ address: String, to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        try container.encode(address, forKey: .address)
    }
}
