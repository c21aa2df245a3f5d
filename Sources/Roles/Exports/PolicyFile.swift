import AgentChoice
import Agents
import Diagnostics
import Foundation
import Networks
import Tensors

/// Weights under their names in a safetensors file that also says what they are of: enough to act with.
package struct PolicyFile: Sendable {
    /// Where the file's metadata hold the description.
    static let key = "config"

    package let description: PolicyDescription
    package let weights: [String: [Float]]

    package init(_ description: PolicyDescription, weights: [String: [Float]]) {
        (self.description, self.weights) = (description, weights)
    }

    /// Reads what `write` wrote.
    /// - Throws: one line where it is not such a file, is damaged, or lacks what acting needs.
    package init(contentsOf path: String) throws(UserError) {
        do throws(ArchiveError) {
            let archive = try Self.archive(path)
            description = try Self.description(of: archive)
            weights = try Self.weights(of: archive, ActingPolicy.specifications(description.agent))
        } catch {
            let text = "\(error)"
            throw UserError(text.hasPrefix(path) ? text : "\(path): \(text)")
        }
    }

    private static func archive(_ path: String) throws(ArchiveError) -> Archive {
        do { return try Archive(contentsOf: URL(fileURLWithPath: path)) } catch {
            throw error as? ArchiveError ?? ArchiveError("\(error)")
        }
    }

    private static func description(of archive: Archive) throws(ArchiveError) -> PolicyDescription {
        guard let text = archive.metadata[key] else {
            throw ArchiveError("not an exported policy: `dreamer export` makes one of a run")
        }
        let decoded = try? JSONDecoder().decode(PolicyDescription.self, from: Data(text.utf8))
        guard let decoded, archive.isSealed else { throw ArchiveError("its description is damaged") }
        guard decoded.format == PolicyDescription.format else {
            throw ArchiveError(
                "has format \(decoded.format), and this release knows \(PolicyDescription.format): export it again")
        }
        do throws(UserError) { try decoded.agent.validate() } catch { throw ArchiveError(error.message) }
        return decoded
    }

    private static func weights(
        of archive: Archive, _ specifications: [ParameterSpecification]
    ) throws(ArchiveError) -> [String: [Float]] {
        var weights: [String: [Float]] = [:]
        for specification in specifications {
            do {
                weights[specification.name] = try archive.floats(specification.name, shape: specification.shape)
            } catch {
                throw error as? ArchiveError ?? ArchiveError("\(error)")
            }
        }
        return weights
    }

    /// Writes the weights that are specified.
    package func write(_ specifications: [ParameterSpecification], to url: URL) throws {
        var archive = Archive()
        for specification in specifications {
            guard let values = weights[specification.name], values.count == specification.count else {
                throw UserError("the checkpoint has no \(specification.name) of the shape \(specification.shape)")
            }
            archive.set(specification.name, values, shape: specification.shape)
        }
        archive.metadata[Self.key] = try description.json()
        try archive.write(to: url, sealed: true)
    }
}
